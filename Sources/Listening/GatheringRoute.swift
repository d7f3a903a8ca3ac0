public import HTTPTypes
public import NIOCore

/// A page whose requests are gathered on the thread of their connection and then answered elsewhere, whole.
///
/// A page of this kind can be asked for thousands of times a second at little more than what its sockets cost. Nothing
/// of it may wait on that thread but the answer itself, which has threads of its own.
public protocol GatheringRoute: Sendable {
  /// Takes a request that begins; nil leaves it to the responder of all other pages.
  ///
  /// - Parameters:
  ///   - path: below the prefix of all pages, as it was written. Requests with a query are not asked about.
  ///   - header: a header's value by its name in lower case. There is one at most of each name.
  func begin(path: String, method: String, header: (String) -> String?) -> GatheringStart?
}

/// What becomes of a request whose head was read.
public enum GatheringStart: Sendable {
  case begun(any GatheringRequest)
  /// None of its body is asked for.
  case refused(GatheredAnswer)
}

/// A request on its way. It is handed from its connection to ``threads`` once it is whole.
public protocol GatheringRequest: Sendable {
  /// Where it is answered.
  var threads: any TaskExecutor { get }

  /// Takes the next part of the body.
  ///
  /// - Returns: the answer, where the rest is not asked for any more; nil to go on.
  mutating func add(_ part: ByteBuffer) -> GatheredAnswer?

  /// The answer to the whole request.
  func answer() async -> GatheredAnswer
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
