/// How many items of each kind: sent, or written according to the receiver.
public struct WriteCounts: Hashable, Sendable {
  public var samples: UInt64
  public var histograms: UInt64
  public var exemplars: UInt64

  public init(samples: UInt64 = 0, histograms: UInt64 = 0, exemplars: UInt64 = 0) {
    self.samples = samples
    self.histograms = histograms
    self.exemplars = exemplars
  }

  public var isZero: Bool { samples == 0 && histograms == 0 && exemplars == 0 }
}

/// What of an HTTP response matters to a sender.
public struct WriteResponse: Sendable {
  /// How many bytes of a response body are worth reading; the rest is left on the wire.
  public static let bodyPrefixMax = 1024

  public var status: Int
  /// The value of `Retry-After`.
  public var retryAfter: String?
  /// The value of `X-Prometheus-Remote-Write-Samples-Written`, and its two siblings.
  public var samplesWritten: String?
  public var histogramsWritten: String?
  public var exemplarsWritten: String?
  /// The body's first bytes; more than ``bodyPrefixMax`` are ignored.
  public var bodyPrefix: ArraySlice<UInt8>
  /// When the response came, in seconds since the Unix epoch; a `Retry-After` that is a date is relative to it.
  public var receivedAtSeconds: Int64

  public init(status: Int, bodyPrefix: ArraySlice<UInt8> = [], receivedAtSeconds: Int64 = 0) {
    self.status = status
    self.bodyPrefix = bodyPrefix
    self.receivedAtSeconds = receivedAtSeconds
  }

  /// - Parameter header: the value of the header of that name, in whatever case the client keeps names.
  public init(
    status: Int, bodyPrefix: ArraySlice<UInt8> = [], receivedAtSeconds: Int64, header: (String) -> String?
  ) {
    self.init(status: status, bodyPrefix: bodyPrefix, receivedAtSeconds: receivedAtSeconds)
    retryAfter = header(HeaderName.retryAfter)
    samplesWritten = header(HeaderName.samplesWritten)
    histogramsWritten = header(HeaderName.histogramsWritten)
    exemplarsWritten = header(HeaderName.exemplarsWritten)
  }
}

/// The names of the headers that Remote Write gives a meaning.
public enum HeaderName {
  public static let version = "X-Prometheus-Remote-Write-Version"
  public static let samplesWritten = "X-Prometheus-Remote-Write-Samples-Written"
  public static let histogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written"
  public static let exemplarsWritten = "X-Prometheus-Remote-Write-Exemplars-Written"
  public static let retryAfter = "Retry-After"
  /// How many times this request was sent before; on repetitions only. An extension that Prometheus began.
  public static let retryAttempt = "Retry-Attempt"
}

/// What a response means for the request it answers.
public enum WriteVerdict: Hashable, Sendable {
  /// Everything was taken. The counts are nil where the receiver gave none, which only 1.0 allows. In 2.0 they are at
  /// least what was sent, but for exemplars.
  case accepted(written: WriteCounts?)
  /// A part was written and the rest refused for good. The counts are what the receiver says: nothing keeps them from
  /// being larger than what was sent.
  case partiallyRefused(status: Int, written: WriteCounts, message: String)
  /// Refused for good: sending it again cannot succeed.
  case refused(status: Int, message: String)
  /// The request is larger than the receiver allows: smaller ones may be taken.
  case tooLarge(message: String)
  /// To be sent again, all of it, after a backoff that is at least `after` where the receiver asked for a time.
  case retryable(after: Duration?, message: String)
  /// The receiver does not know this message or its compression; another version may do.
  case unsupported(message: String)
}

extension WriteVerdict {
  /// What the receiver said, or what is to be said of its answer; empty where it was content.
  public var message: String {
    switch self {
    case .accepted: ""
    case .partiallyRefused(_, _, let message), .refused(_, let message), .tooLarge(let message),
      .retryable(_, let message), .unsupported(let message):
      message
    }
  }
}

/// How responses are read where the specification leaves a choice.
public struct ClassificationPolicy: Hashable, Sendable {
  /// Whether status 429 means to try again; if not, it is a refusal.
  public var retryOnRateLimit: Bool
  /// The most that a `Retry-After` can ask for; a longer time counts as this one, so that one answer cannot stop
  /// delivery for a day.
  public var retryAfterMax: Duration

  public init(retryOnRateLimit: Bool, retryAfterMax: Duration = .seconds(300)) {
    self.retryOnRateLimit = retryOnRateLimit
    self.retryAfterMax = retryAfterMax
  }
}
