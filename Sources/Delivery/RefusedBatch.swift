import Diagnostics
import RemoteWriteProtocol

/// A request that an endpoint refused for good, as it goes into quarantine: one line of JSON that a person can read,
/// then the body as it was sent. Drawn in `docs/formats/quarantine.md`.
struct RefusedBatch: Sendable {
  /// How many series the first line names; all of them are in the body.
  static let namedSeriesMax = 20

  var endpoint: String
  var timeMs: Int64
  var status: Int
  /// The endpoint's own words, shortened.
  var answer: String
  var version: WriteMessageVersion
  /// In the request.
  var samples: UInt64
  /// Of these, refused. Fewer than `samples` where the endpoint says that it wrote some; it does not say which.
  var refused: UInt64
  /// The first of the series in the request.
  var series: [String]
  /// The message, compressed with snappy.
  var body: [UInt8]

  func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("endpoint", endpoint)
      writer.member("timeMs", Int(timeMs))
      writer.member("status", status)
      writer.member("answer", answer)
      writer.member("message", version.messageName)
      writer.member("samples", Int(clamping: samples))
      writer.member("refused", Int(clamping: refused))
      writer.member("series") { writer in
        writer.array { writer in for name in series { writer.value(name) } }
      }
      writer.member("bodyBytes", body.count)
    }
    return Array(writer.text.utf8) + [UInt8(ascii: "\n")] + body
  }
}
