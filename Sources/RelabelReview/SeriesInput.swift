import Exposition
import Foundation
import RemoteWriteProtocol

/// Where series come from, and in which form they are there; the form is told by the content.
///
///     let input = try SeriesInput(path: "series.jsonl")
///     let input = try SeriesInput(page, named: "http://a:9100/metrics")
///
/// A file is read in pieces, each time anew, so that a list of millions takes no memory. What came from elsewhere, and
/// pages and requests, which cannot be read in pieces, is held.
public struct SeriesInput: Sendable {
  /// How series are written down.
  public enum Form: String, Sendable, CaseIterable {
    /// One JSON object of labels on each line.
    case labelObjects = "JSON lines"
    /// One series on each line in the notation of pages, without a value: `up{job="node"}`.
    case notation = "series notation"
    /// A scraped page: text 0.0.4 or OpenMetrics.
    case page = "exposition page"
    /// The body of a Remote Write request, 1.0 or 2.0, as it was sent.
    case request = "remote write request"
  }

  /// How findings name it.
  public let name: String
  public let form: Form
  /// How many bytes there are to read; for progress alone.
  public let byteCount: UInt64
  let content: Content

  enum Content: Sendable {
    case file(path: String)
    case bytes([UInt8])
  }

  /// What of an input decides about its form, in bytes.
  private static let headBytes = 1 << 16
  /// What is held of pages, requests and standard input, at most.
  private static let heldBytesMax = 2 << 30

  /// Series of a file; `-` is standard input.
  public init(path: String) throws {
    if path == "-" {
      try self.init(try Self.bytes(of: .standardInput, named: "standard input"), named: "standard input")
      return
    }
    let handle = try Self.handle(path)
    defer { try? handle.close() }
    let head: [UInt8]
    do {
      head = [UInt8](try handle.read(upToCount: Self.headBytes) ?? Data())
    } catch {
      throw RelabelReviewError.unreadable(path: path, reason: Self.reason(error))
    }
    let form = try Self.form(of: head, named: path)
    let size = (try? handle.seekToEnd()) ?? 0
    // What is read twice has to be a file that can be: a pipe is held instead.
    if (form == .labelObjects || form == .notation) && size >= UInt64(head.count) {
      self.init(name: path, form: form, byteCount: size, content: .file(path: path))
    } else {
      if size > 0 { try? handle.seek(toOffset: 0) }
      let rest = try Self.bytes(of: handle, named: path)
      try self.init(size > 0 ? rest : head + rest, named: path)
    }
  }

  /// Series that are held already.
  public init(_ bytes: [UInt8], named name: String) throws {
    self.init(
      name: name, form: try Self.form(of: bytes[..<min(bytes.count, Self.headBytes)], named: name),
      byteCount: UInt64(bytes.count), content: .bytes(bytes))
  }

  private init(name: String, form: Form, byteCount: UInt64, content: Content) {
    self.name = name
    self.form = form
    self.byteCount = byteCount
    self.content = content
  }

  // MARK: - The form

  private static func form(of head: some Collection<UInt8>, named name: String) throws -> Form {
    let head = Array(head)
    if head.contains(0) || !isText(head) {
      guard Snappy.declaredLength(head[...]) != nil else {
        throw RelabelReviewError.notSeries(
          name: name, reason: "it is neither text nor the body of a request in the snappy block format")
      }
      return .request
    }
    var lines = LineWalk()
    var form: Form?
    while let line = lines.next(in: head) {
      if LineWalk.isBlank(head, line) { continue }
      // One line of JSON says it for all: the others may be broken.
      if LabelObject.begins(head, line) { return .labelObjects }
      if form == nil { form = isOfPage(head, line) ? .page : .notation }
    }
    return form ?? .labelObjects
  }

  /// Well-formed UTF-8, but for a character that the end of the head may have cut.
  private static func isText(_ head: [UInt8]) -> Bool {
    for cut in 0..<4 where cut <= head.count {
      if String(validating: head[..<(head.count - cut)], as: UTF8.self) != nil { return true }
    }
    // A few bytes that are no text may stand in one line of many.
    return head.first.map { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "#") } ?? true
  }

  /// A comment, or a series with a value behind it.
  private static func isOfPage(_ head: [UInt8], _ line: Range<Int>) -> Bool {
    if head[line.lowerBound] == UInt8(ascii: "#") { return true }
    var parser = ExpositionParser(Array(head[line]) + [UInt8(ascii: "\n")], format: .prometheusText)
    return (try? parser.next()) == .series
  }

  // MARK: - Files

  static func handle(_ path: String) throws -> FileHandle {
    do {
      return try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      throw RelabelReviewError.unreadable(path: path, reason: reason(error))
    }
  }

  private static func bytes(of handle: FileHandle, named name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece: Data
      do {
        piece = try handle.read(upToCount: 1 << 20) ?? Data()
      } catch {
        throw RelabelReviewError.unreadable(path: name, reason: reason(error))
      }
      if piece.isEmpty { return bytes }
      guard bytes.count + piece.count <= heldBytesMax else {
        throw RelabelReviewError.unreadable(path: name, reason: "it has more than \(heldBytesMax >> 30) GiB")
      }
      bytes.append(contentsOf: piece)
    }
  }

  static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return (underlying ?? error as NSError).localizedDescription
  }
}

/// Walks the lines of a text in bytes.
struct LineWalk {
  private var start = 0

  /// The next line, without its end; nil behind the last one.
  mutating func next(in bytes: [UInt8]) -> Range<Int>? {
    guard start < bytes.count else { return nil }
    let line = start..<(bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count)
    start = line.upperBound + 1
    return line
  }

  static func isBlank(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
    for byte in bytes[line] where byte != 0x20 && byte != 0x09 && byte != 0x0d { return false }
    return true
  }
}
