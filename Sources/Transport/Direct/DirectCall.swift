import EventLoops
import HTTPAnswers
import Synchronization

/// One request under way and its answer as far as it has come.
struct DirectCall {
  typealias Outcome = Result<HTTPResponse, TransportError>

  /// Which call it is, for whoever cancels it; says so also before it has begun.
  final class Ticket: Sendable {
    private let mark = Atomic(false)

    // The loop orders what matters: whoever cancels marks first and has the loop look for the call then.
    var isCancelled: Bool { mark.load(ordering: .relaxed) }
    func cancel() { mark.store(true, ordering: .relaxed) }
  }

  let ticket: Ticket
  let request: DirectRequest
  let continuation: CheckedContinuation<Outcome, Never>
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
    self.request = request
    collection = request.collection
    parser = AnswerParser(toHEAD: request.isHEAD)
  }

  /// What an exchange comes to that `error` has ended.
  mutating func outcome(of error: any Error) -> Outcome {
    let translated = ErrorTranslation(
      place: collection.place, proxy: nil, timeout: request.timeout, bodyBytesMax: request.decodedBytesMax,
      received: collection.shortfall)(error)
    return collection.takePartialResponse(despite: translated).map { .success($0) } ?? .failure(translated)
  }
}

/// What ``DirectClient`` is asked to do, in the form in which it goes to the loop.
struct DirectRequest: Sendable {
  /// All that goes before the body.
  var head: [UInt8]
  var body: [UInt8]
  var isHEAD: Bool
  var deadline: LoopInstant
  /// What ``deadline`` was made from, for errors.
  var timeout: Duration
  /// What a compressed body may grow to.
  var decodedBytesMax: Int
  /// What the answer gathers in.
  var collection: AnswerCollection

  /// - Parameters:
  ///   - place: `scheme://host:port`, for errors.
  ///   - skipsRedirects: nobody reads the bodies of redirects.
  init(_ head: RequestHead, body: [UInt8]?, at place: String, within bounds: ExchangeBounds, skipsRedirects: Bool) {
    self.head = head.encoded(bodyByteCount: body?.count ?? 0)
    self.body = body ?? []
    isHEAD = head.isHEAD
    deadline = bounds.deadline
    timeout = bounds.timeout
    decodedBytesMax = bounds.decodedBytesMax
    collection = bounds.collection(at: place, skipsRedirects: skipsRedirects)
  }
}

/// Why we ended an exchange that the connection would have gone on with.
enum DirectEnd: Error {
  case deadline, cancelled, shutDown
  /// The connection ended within the answer or before it.
  case closed
}
