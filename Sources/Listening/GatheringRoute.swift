public import HTTPTypes

/// A page whose requests are gathered and answered on the thread of their connection.
///
/// A page of this kind can be asked for thousands of times a second at little more than what its sockets cost: no
/// other thread is woken on the way to an answer. Its connections have threads that serve nothing else, so an answer
/// may wait for a disk there.
public protocol GatheringRoute: Sendable {
  /// Says what is to become of the requests with a head; nil leaves them to the responder of all other pages.
  ///
  /// It is asked once for the heads of a connection that are alike. Those requests are all POST.
  ///
  /// - Parameters:
  ///   - path: below the prefix of all pages, as it was written, with its query.
  ///   - header: a header's value by its name in lower case. There is one at most of each name. The length of the body
  ///     is not to be asked for.
  func form(path: String, header: (String) -> String?) -> (any GatheringForm)?
}

/// What requests with one head have in common.
public protocol GatheringForm: Sendable {
  /// Takes a request that begins.
  func begin(bodyByteCount: Int) -> GatheringStart
}

/// What becomes of a request whose head was read.
public enum GatheringStart: Sendable {
  case begun(any GatheringRequest)
  /// None of its body is asked for.
  case refused(GatheredAnswer)
}

/// A request on its way.
public protocol GatheringRequest: Sendable {
  /// Takes the next part of the body.
  ///
  /// - Returns: the answer, where the rest is not asked for any more; nil to go on.
  mutating func add(_ part: Span<UInt8>) -> GatheredAnswer?

  /// The answer to the whole request.
  func answer() -> GatheredAnswer
}

/// What is answered to a request that was gathered.
public struct GatheredAnswer: Sendable {
  public var status: Int
  /// Beside the date and the length of the body.
  public var fields: [HTTPField]
  /// Nil where there is nothing to say, and for a status that has none.
  public var body: String?

  public init(status: Int, fields: [HTTPField], body: String?) {
    self.status = status
    self.fields = fields
    self.body = body
  }
}
