public import RemoteWriteProtocol

/// A request ready to be posted.
public struct OutgoingRequest: Sendable {
  public var version: WriteMessageVersion
  /// The message, compressed.
  public var body: [UInt8]
  /// How often this request was sent before.
  public var earlierAttempts: Int

  public init(version: WriteMessageVersion, body: [UInt8], earlierAttempts: Int) {
    self.version = version
    self.body = body
    self.earlierAttempts = earlierAttempts
  }

  /// The headers that the specification asks for, and the count of attempts where there were any.
  public var headers: [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [
      ("Content-Encoding", WriteMessageVersion.contentEncoding),
      ("Content-Type", version.contentType),
      (HeaderName.version, version.versionHeader),
    ]
    if earlierAttempts > 0 { headers.append((HeaderName.retryAttempt, "\(earlierAttempts)")) }
    return headers
  }
}

/// What became of a post.
public enum CourierAnswer: Sendable {
  case answered(WriteResponse)
  /// There was no answer, and why.
  case unreachable(String)
}

/// Carries requests to one endpoint. The agent makes one from its HTTP transport, tests from a script.
public typealias Courier = @Sendable (OutgoingRequest) async -> CourierAnswer
