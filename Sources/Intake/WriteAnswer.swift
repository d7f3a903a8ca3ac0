public import RemoteWriteProtocol

/// What a write request is answered with, before it is put into HTTP.
public struct WriteAnswer: Hashable, Sendable {
  public var status: Int
  /// The body: empty on success, else why, for people.
  public var reason = ""
  public var samplesWritten = 0
  public var histogramsWritten = 0
  public var exemplarsWritten = 0
  public var retryAfterSeconds: Int64?
  /// The message that is answered; nil where that could not be told.
  public var version: WriteMessageVersion?

  public init(status: Int) { self.status = status }

  /// An answer to a request of which nothing was taken.
  public static func refusal(
    _ status: Int, _ reason: String, version: WriteMessageVersion? = nil, retryAfterSeconds: Int64? = nil
  ) -> WriteAnswer {
    var answer = WriteAnswer(status: status)
    answer.reason = reason
    answer.retryAfterSeconds = retryAfterSeconds
    answer.version = version
    return answer
  }

  /// The answer to a request that was read: 204 when all of it was written, 400 when a part was refused for good, and
  /// what the store asks for when it cannot take the request now.
  public init(to request: AdmittedRequest, _ outcome: StoreOutcome) {
    self.init(status: 204)
    version = request.version
    samplesWritten = outcome.samplesWritten
    histogramsWritten = outcome.histogramsWritten
    exemplarsWritten = outcome.exemplarsWritten
    if let postponement = outcome.postponement {
      status = postponement.status
      reason = postponement.reason
      retryAfterSeconds = postponement.retryAfterSeconds
      return
    }
    let parts = request.refused.sentences + outcome.refused.sentences
    if parts.isEmpty { return }
    status = 400
    let written = samplesWritten + histogramsWritten
    let rest = written > 0 ? "the other \(written) were written" : "nothing was written"
    reason = parts.joined(separator: "; ") + "; " + rest
  }

  /// `v1`, `v2` or `unknown`, for the counts.
  public var versionWord: String {
    switch version {
    case .v1: "v1"
    case .v2: "v2"
    case nil: "unknown"
    }
  }
}

/// The headers of a write request that matter, as they came; nil where there was none.
public struct WriteHeaders: Hashable, Sendable {
  public var contentType: String?
  public var contentEncoding: String?
  public var version: String?
  public var userAgent: String?

  public init(contentType: String?, contentEncoding: String?, version: String?, userAgent: String?) {
    self.contentType = contentType
    self.contentEncoding = contentEncoding
    self.version = version
    self.userAgent = userAgent
  }
}
