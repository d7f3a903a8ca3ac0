import AsyncHTTPClient
import HTTPAnswers
import NIOCore
import NIOHTTP1
import Synchronization

/// Brings what the library receives to an ``AnswerCollection``.
///
/// It is called on one event loop at a time; the lock is never contended and there because the caller reads the
/// outcome from elsewhere.
final class BodyCollector: HTTPClientResponseDelegate {
  typealias Response = HTTPResponse

  /// Ends the exchange early although nothing went wrong; ``AnswerCollection/takePartialResponse()`` is the outcome.
  struct EnoughRead: Error {}

  private let place: String
  private let collection: Mutex<AnswerCollection>

  /// - Parameter place: `scheme://host:port`, for errors.
  init(_ collection: AnswerCollection, place: String) {
    self.collection = Mutex(collection)
    self.place = place
  }

  func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    let headers = AnswerHeaders(head.headers.lazy.map { (name: $0.name, value: $0.value) })
    return perform(on: task.eventLoop) { collection throws(TransportError) in
      try collection.receiveHead(status: Int(head.status.code), headers: headers)
      return false
    }
  }

  func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    perform(on: task.eventLoop) { collection throws(TransportError) in
      try collection.receive(part.readableBytesUInt8Span)
    }
  }

  func didFinishRequest(task: HTTPClient.Task<Response>) throws -> HTTPResponse {
    guard let response = collection.withLock({ $0.takeResponse() }) else {
      throw TransportError(.notHTTP, at: place, "the answer ended before its head")
    }
    return response
  }

  func takePartialResponse() -> HTTPResponse? { collection.withLock { $0.takePartialResponse() } }

  func takePartialResponse(despite error: TransportError) -> HTTPResponse? {
    collection.withLock { $0.takePartialResponse(despite: error) }
  }

  var shortfall: (announced: Int?, receivedBytes: Int)? { collection.withLock { $0.shortfall } }

  /// - Parameter step: returns whether enough was read.
  private func perform(
    on loop: any EventLoop, _ step: (inout AnswerCollection) throws(TransportError) -> Bool
  ) -> EventLoopFuture<Void> {
    do throws(TransportError) {
      let isEnough = try collection.withLock { collection throws(TransportError) in try step(&collection) }
      return isEnough ? loop.makeFailedFuture(EnoughRead()) : loop.makeSucceededVoidFuture()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }
}
