/// Why a page was refused. One syntax error refuses the whole page, as in every reader of these formats.
public struct ExpositionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the offending text begins, in bytes from the start of the body.
  public let offset: Int
  /// The line of ``offset``, from 1; 0 for a page that has no lines.
  public let line: Int
  /// What was expected there and what was found.
  public let message: String

  public var description: String { line > 0 ? "line \(line): \(message)" : "byte \(offset): \(message)" }

  /// An error in a page without lines.
  @inline(never)
  init(at offset: Int, message: String) {
    self.offset = offset
    self.message = message
    line = 0
  }

  /// - Complexity: O(offset), to count the lines.
  init(_ bytes: Span<UInt8>, at offset: Int, message: String) {
    self.offset = offset
    self.message = message
    var line = 1
    for index in 0..<min(offset, bytes.count) where bytes[index] == Byte.newline { line += 1 }
    self.line = line
  }

  @inline(never)
  init(_ bytes: Span<UInt8>, at offset: Int, expected: String) {
    self.init(bytes, at: offset, message: "expected \(expected), found \(excerpt(of: bytes, from: offset))")
  }
}

/// The longest part of a page that an error quotes.
private let excerptBytesMax = 24

/// The text from `offset` to the next blank or line end, quoted for a message; at least one byte.
private func excerpt(of bytes: Span<UInt8>, from offset: Int) -> String {
  guard offset < bytes.count else { return "the end of the page" }
  var end = offset + 1
  while end < bytes.count, end - offset < excerptBytesMax, bytes[end] != Byte.newline, !Byte.isBlank(bytes[end]) {
    end += 1
  }
  var text: [UInt8] = []
  for index in offset..<end { text.append(bytes[index]) }
  return String(decoding: text, as: UTF8.self).debugDescription
}
