import HTTPAnswers
import NIOCore
import Synchronization

/// One request under way and its answer as far as it has come.
struct DirectCall {
  typealias Outcome = Result<HTTPResponse, TransportError>

  /// Which call it is, for whoever cancels it; says so also before it has begun.
  final class Ticket: Sendable {
    private let mark = Atomic(false)

    // The event loop orders what matters: whoever cancels marks first and has the loop look for the call then.
    var isCancelled: Bool { mark.load(ordering: .relaxed) }
    func cancel() { mark.store(true, ordering: .relaxed) }
  }

  let ticket: Ticket
  let head: ByteBuffer
  let body: ByteBuffer?
  let deadline: NIODeadline
  let continuation: CheckedContinuation<Outcome, Never>
  /// What a compressed body may grow to.
  let decodedBytesMax: Int
  private let place: String
  private let timeout: Duration
  var parser: AnswerParser
  var collection: AnswerCollection
  /// All of the request is with the system.
  var isSent = false
  /// The connection may be used again after this.
  var keepsConnection = false

  init(
    _ request: DirectRequest, ticket: Ticket, continuation: CheckedContinuation<Outcome, Never>
  ) {
    self.ticket = ticket
    self.continuation = continuation
    head = request.head
    body = request.body
    deadline = request.deadline
    decodedBytesMax = request.decodedBytesMax
    place = request.place
    timeout = request.timeout
    collection = request.collection
    parser = AnswerParser(toHEAD: request.isHEAD)
  }

  /// What an exchange comes to that `error` has ended.
  mutating func outcome(of error: any Error) -> Outcome {
    let translated = ErrorTranslation(
      place: place, proxy: nil, timeout: timeout, bodyBytesMax: decodedBytesMax, received: collection.shortfall)(error)
    return collection.takePartialResponse(despite: translated).map { .success($0) } ?? .failure(translated)
  }
}

/// What ``DirectClient`` is asked to do, in the form in which it goes to the event loop.
struct DirectRequest: Sendable {
  var head: ByteBuffer
  /// nil where there is none; never empty.
  var body: ByteBuffer?
  var isHEAD: Bool
  var deadline: NIODeadline
  var timeout: Duration
  var decodedBytesMax: Int
  var place: String
  var collection: AnswerCollection
}

/// Why we ended an exchange that the connection would have gone on with.
enum DirectEnd: Error {
  case deadline, cancelled, shutDown
  /// The connection ended within the answer or before it.
  case closed
}
