import RemoteWriteProtocol

/// What a write request is answered with, before it is put into HTTP.
struct WriteAnswer: Hashable, Sendable {
  var status: Int
  /// The body: empty on success, else why, for people.
  var reason = ""
  var samplesWritten = 0
  var histogramsWritten = 0
  var exemplarsWritten = 0
  var retryAfterSeconds: Int64?
  /// `v1`, `v2` or `unknown`, for the counts.
  var version = "unknown"

  static func refusal(_ status: Int, _ reason: String, version: WriteMessageVersion? = nil) -> WriteAnswer {
    WriteAnswer(status: status, reason: reason, version: version.map(word) ?? "unknown")
  }

  static func word(_ version: WriteMessageVersion) -> String {
    switch version {
    case .v1: "v1"
    case .v2: "v2"
    }
  }
}

/// The headers of a write request that matter, as they came; nil where there was none.
struct WriteHeaders: Hashable, Sendable {
  var contentType: String?
  var contentEncoding: String?
  var version: String?
  var userAgent: String?
}
