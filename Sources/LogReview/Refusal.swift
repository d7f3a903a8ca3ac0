import Foundation
public import RemoteWriteProtocol

/// The first line of a file in the quarantine: what was refused, when and with which words. Drawn in
/// `docs/formats/quarantine.md`.
public struct Refusal: Hashable, Sendable {
  /// The longest first line that is read. The words of the endpoint are bounded; the names of 20 series are not.
  static let lineBytesMax = 1 << 20

  public var endpoint: String
  /// When it was refused, milliseconds since the Unix epoch.
  public var timeMs: Int64
  /// The HTTP status; 0 where nothing was sent, because the endpoint's message cannot carry it.
  public var status: Int
  /// Whether it never reached the endpoint; ``answer`` says why, in our words.
  public var isUnsent: Bool { status == 0 }
  /// The endpoint's own words.
  public var answer: String
  public var version: WriteMessageVersion
  /// In the request.
  public var samples: UInt64
  /// Of these, refused.
  public var refused: UInt64
  /// The first of the series in the request.
  public var series: [String]
  /// What follows the line.
  public var bodyBytes: Int

  private struct Line: Decodable {
    var endpoint: String
    var timeMs: Int64
    var status: Int
    var answer: String
    var message: String
    var samples: UInt64
    var refused: UInt64
    var series: [String]
    var bodyBytes: Int
  }

  /// Reads the beginning of a file.
  ///
  /// - Returns: nil if it is not such a line.
  init?(head: [UInt8]) {
    guard let end = head.prefix(Self.lineBytesMax).firstIndex(of: UInt8(ascii: "\n")),
      let line = try? JSONDecoder().decode(Line.self, from: Data(head[..<end])),
      let version = WriteMessageVersion.allCases.first(where: { $0.messageName == line.message }), line.bodyBytes >= 0
    else { return nil }
    endpoint = line.endpoint
    timeMs = line.timeMs
    status = line.status
    answer = line.answer
    self.version = version
    samples = line.samples
    refused = line.refused
    series = line.series
    bodyBytes = line.bodyBytes
  }

  /// The body of the request in a whole file; nil if the file is not as long as its line says.
  static func body(of contents: [UInt8]) -> (refusal: Refusal, body: [UInt8])? {
    guard let refusal = Refusal(head: contents), let end = contents.firstIndex(of: UInt8(ascii: "\n")),
      contents.count - end - 1 == refusal.bodyBytes
    else { return nil }
    return (refusal, Array(contents[(end + 1)...]))
  }
}
