import Foundation

/// How a configuration reaches the files it names. Tests put a dictionary behind it.
public protocol ConfigurationFiles: Sendable {
  /// The text of a file.
  func text(atPath path: String) throws -> String
  /// The existing files that `pattern` names, sorted; `*` stands for any characters within the last element.
  func paths(matching pattern: String) -> [String]
}

/// The files of this machine.
public struct LocalConfigurationFiles: ConfigurationFiles {
  public init() {}

  /// Refuses files beyond 16 MiB and those that are not UTF-8.
  public func text(atPath path: String) throws -> String {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let data = try handle.read(upToCount: YAMLLimits.textBytesMax + 1) ?? Data()
    guard data.count <= YAMLLimits.textBytesMax else { throw CocoaError(.fileReadTooLarge) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CocoaError(.fileReadInapplicableStringEncoding)
    }
    return text
  }

  public func paths(matching pattern: String) -> [String] {
    let slash = pattern.lastIndex(of: "/")
    let directory = slash.map { String(pattern[..<$0]) } ?? "."
    let element = slash.map { String(pattern[pattern.index(after: $0)...]) } ?? pattern
    guard element.contains("*") else { return FileManager.default.fileExists(atPath: pattern) ? [pattern] : [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "/" : directory)) ?? []
    let prefix = slash.map { String(pattern[...$0]) } ?? ""
    return names.filter { Wildcard.matches(element, $0) }.sorted().map { prefix + $0 }
  }
}

/// Patterns in which `*` stands for any characters.
enum Wildcard {
  /// - Complexity: the length of `name` for each `*`.
  static func matches(_ pattern: String, _ name: String) -> Bool {
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
    var rest = Array(name.utf8)[...]
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return pattern == name }
    guard rest.starts(with: first) else { return false }
    rest = rest.dropFirst(first.count)
    for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
      // The earliest place is as good as any, since a later piece can only need what lies behind.
      while !rest.starts(with: piece) {
        if rest.isEmpty { return false }
        rest = rest.dropFirst()
      }
      rest = rest.dropFirst(piece.count)
    }
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }
}
