import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Collects one response as it arrives: status, headers, and the body into one array, up to a bound.
///
/// It is called on one event loop at a time; the lock is never contended and there because the caller reads the
/// outcome from elsewhere.
final class BodyCollector: HTTPClientResponseDelegate {
  typealias Response = HTTPResponse

  /// The most that is reserved on the word of a `Content-Length` alone.
  static let reservationBytesMax = 8 << 20
  /// How much of an unwanted tail is read, so that the connection can be used again.
  static let drainBytesMax = 64 << 10

  /// Ends the exchange early although nothing went wrong; ``partialResponse`` is the outcome.
  struct EnoughRead: Error {}

  private struct State {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    /// Bytes left out after the bound was reached.
    var excessBytes = 0
    /// A redirect that will be followed: nobody reads its page, so no bound can be broken by it.
    var isSkipped = false
  }

  private let bodyBytesMax: Int
  private let overflow: BodyOverflow
  private let skipsRedirects: Bool
  private let place: String
  private let state = Mutex(State())

  /// - Parameters:
  ///   - skipsRedirects: leaves the bodies of redirects out.
  ///   - place: `scheme://host:port`, for errors.
  init(bodyBytesMax: Int, overflow: BodyOverflow, skipsRedirects: Bool, place: String) {
    self.skipsRedirects = skipsRedirects
    self.bodyBytesMax = max(0, bodyBytesMax)
    self.overflow = overflow
    self.place = place
  }

  func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    let problem = state.withLock { state -> TransportError? in
      state.head = head
      let status = Int(head.status.code)
      state.isSkipped =
        skipsRedirects && Redirect.isFollowed(status: status) && head.headers.contains(name: "Location")
      if state.isSkipped { return nil }
      if let problem = encodingProblem(head) { return problem }
      guard let announced = announcedByteCount(head) else { return nil }
      if announced > bodyBytesMax && overflow == .fail && !isCompressed(head) { return tooLarge(announced: announced) }
      state.body.reserveCapacity(min(announced, bodyBytesMax, Self.reservationBytesMax))
      return nil
    }
    return finished(problem, on: task.eventLoop)
  }

  func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    let problem = state.withLock { state -> (any Error)? in
      let room = state.isSkipped ? 0 : bodyBytesMax - state.body.count
      if part.readableBytes <= room {
        state.body.append(contentsOf: part.readableBytesView)
        return nil
      }
      if overflow == .fail && !state.isSkipped { return tooLarge(announced: nil) }
      state.body.append(contentsOf: part.readableBytesView.prefix(room))
      state.excessBytes += part.readableBytes - room
      return state.excessBytes > Self.drainBytesMax ? EnoughRead() : nil
    }
    return finished(problem, on: task.eventLoop)
  }

  func didFinishRequest(task: HTTPClient.Task<Response>) throws -> HTTPResponse {
    guard let response = takeResponse() else {
      throw TransportError(.notHTTP, at: place, "the answer ended before its head")
    }
    return response
  }

  /// The response as far as it was received, when the body was to be cut anyway.
  func partialResponse() -> HTTPResponse? {
    let isWanted = overflow == .truncate || state.withLock { $0.isSkipped }
    return isWanted ? takeResponse(isTruncated: true) : nil
  }

  /// What to say about a body whose end never came; nil when not even the head came.
  func shortfall() -> (announced: Int?, receivedBytes: Int)? {
    state.withLock { state in
      state.head.map { (isCompressed($0) ? nil : announcedByteCount($0), state.body.count) }
    }
  }

  private func takeResponse(isTruncated: Bool = false) -> HTTPResponse? {
    state.withLock { state in
      guard let head = state.head else { return nil }
      let body = state.body
      state.body = []
      return HTTPResponse(
        status: Int(head.status.code), headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body,
        isTruncated: isTruncated || state.excessBytes > 0)
    }
  }

  private func finished(_ problem: (any Error)?, on loop: any EventLoop) -> EventLoopFuture<Void> {
    problem.map { loop.makeFailedFuture($0) } ?? loop.makeSucceededVoidFuture()
  }

  private func announcedByteCount(_ head: HTTPResponseHead) -> Int? {
    head.headers.first(name: "Content-Length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private func isCompressed(_ head: HTTPResponseHead) -> Bool { head.headers.contains(name: "Content-Encoding") }

  private func encodingProblem(_ head: HTTPResponseHead) -> TransportError? {
    guard overflow == .fail, let encoding = head.headers.first(name: "Content-Encoding") else { return nil }
    if ["gzip", "deflate", "identity", ""].contains(encoding.lowercased()) { return nil }
    return TransportError(
      .encoding, at: place, "the body is compressed with \"\(encoding.prefix(32))\"",
      remedy: "Only gzip and deflate are understood; the server should honour Accept-Encoding.")
  }

  private func tooLarge(announced: Int?) -> TransportError {
    .bodyTooLarge(limit: bodyBytesMax, announced: announced, at: place)
  }
}

extension TransportError {
  static func bodyTooLarge(limit: Int, announced: Int?, at place: String) -> TransportError {
    let size = announced.map { "announced as \($0) bytes" } ?? "longer"
    return TransportError(
      .bodyTooLarge, at: place, "the body is \(size), the limit is \(limit) bytes after decompression",
      remedy: "Raise body_size_limit, or find out what made the page grow.")
  }
}
