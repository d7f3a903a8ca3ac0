import HTTPAnswers
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// One connection to one server: made for a call, kept after it, used for one call at a time.
///
/// It is used on its event loop alone.
final class DirectConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let server: DirectServer
  /// Where it stands among the open ones of its pool.
  var place = 0
  /// Until when it is kept unless it is used.
  var keptUntil = NIODeadline.distantFuture

  private let pool: ConnectionPool
  private var context: ChannelHandlerContext?
  private var call: DirectCall?
  private var decoder: AnswerDecoder?
  private var isClosed = false

  /// - Parameter call: what it is made for; sent once the connection stands.
  init(to server: DirectServer, in pool: ConnectionPool, for call: DirectCall) {
    self.server = server
    self.pool = pool
    self.call = call
  }

  /// Of the call under way; nil when there is none.
  var deadline: NIODeadline? { call?.deadline }

  func isBusy(with ticket: DirectCall.Ticket) -> Bool { call?.ticket === ticket }

  // MARK: - The request

  /// Sends another request over a connection that stands.
  func begin(_ call: consuming DirectCall) {
    self.call = call
    send()
  }

  private func send() {
    guard let context, let call else { return }
    guard let body = call.body else {
      // A few hundred bytes on a connection that owes nothing: the system takes them at once.
      self.call?.isSent = true
      context.writeAndFlush(Self.wrapOutboundOut(call.head), promise: nil)
      return
    }
    let sent = context.eventLoop.makePromise(of: Void.self)
    sent.futureResult.assumeIsolated().whenSuccess { [self, ticket = call.ticket] in
      if isBusy(with: ticket) { self.call?.isSent = true }
    }
    // Both go out with one system call.
    context.write(Self.wrapOutboundOut(call.head), promise: nil)
    context.writeAndFlush(Self.wrapOutboundOut(body), promise: sent)
  }

  // MARK: - The answer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = Self.unwrapInboundIn(data)
    if call == nil {
      // An answer to nothing: what comes next could not be told from the answer to the next request.
      close()
    } else {
      receive(&bytes)
    }
    pool.receiveBuffer.giveBack(bytes)
  }

  private func receive(_ bytes: inout ByteBuffer) {
    do {
      while let event = try call?.parser.next(&bytes) {
        switch event {
        case .head(let head): try receive(head)
        case .body(let part):
          if let decoder { decoder.receive(.body(part)) } else { try receiveBody(part) }
        case .end:
          decoder?.receive(.end(nil))
          if call != nil { finish(isClean: bytes.readableBytes == 0) }
        }
      }
    } catch {
      fail(error)
    }
  }

  private func receive(_ head: AnswerHead) throws(TransportError) {
    try call?.collection.receiveHead(status: head.status, headers: head.headers)
    call?.keepsConnection = head.keepsConnection
    guard let context, let call, !call.collection.isSkipped, let encoding = call.collection.encoding,
      AnswerDecoder.undoes(encoding)
    else { return }
    decoder = AnswerDecoder(encoding, bytesMax: call.decodedBytesMax, behind: self, in: context)
  }

  /// Bytes of a body as the caller will see them.
  fileprivate func receiveBody(_ part: ByteBuffer) throws(TransportError) {
    guard try call?.collection.receive(part) == true else { return }
    if let response = call?.collection.takePartialResponse() { settle(.success(response)) }
    close()
  }

  /// - Parameter isClean: nothing came after the answer.
  private func finish(isClean: Bool) {
    guard var call, let response = call.collection.takeResponse() else { return }
    // What the server did not wait for, the next request would follow; no server could tell them apart.
    let isKept = isClean && call.keepsConnection && call.isSent && !isClosed
    settle(.success(response))
    if isKept { pool.keep(self) } else { close() }
  }

  // MARK: - Ends

  /// Ends the call under way, and the connection with it: nobody knows where its answer would end.
  func fail(_ error: any Error) {
    if var call { settle(call.outcome(of: error)) }
    close()
  }

  private func settle(_ outcome: DirectCall.Outcome) {
    guard let continuation = call?.continuation else { return }
    call = nil
    decoder?.remove()
    decoder = nil
    continuation.resume(returning: outcome)
  }

  /// Once it stands, its channel's first handler is this; before, it has no channel.
  func stand(on channel: any Channel) {
    guard !isClosed else { return channel.close(promise: nil) }
    do {
      try channel.pipeline.syncOperations.addHandler(self)
      if channel.isActive { send() } else { fail(DirectEnd.closed) }
    } catch {
      channel.close(promise: nil)
      fail(error)
    }
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    pool.forget(self)
    context?.close(promise: nil)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelInactive(context: ChannelHandlerContext) {
    if call?.parser.endsWithConnection() == true {
      decoder?.receive(.end(nil))
      isClosed = true
      pool.forget(self)
      finish(isClean: true)
    } else {
      fail(DirectEnd.closed)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }
}

/// Undoes the compression of one answer with the library's handler, which stands behind the connection's for as long as
/// the answer lasts. Most answers are not compressed or come from far away: they pay nothing for it.
final class AnswerDecoder {
  private let context: ChannelHandlerContext
  private let inflation: NIOHTTPResponseDecompressor
  private let outlet: Outlet

  /// - Parameters:
  ///   - encoding: one that it ``undoes(_:)``.
  ///   - bytesMax: what the body may grow to.
  init?(_ encoding: String, bytesMax: Int, behind connection: DirectConnection, in context: ChannelHandlerContext) {
    self.context = context
    inflation = NIOHTTPResponseDecompressor(limit: .size(bytesMax))
    outlet = Outlet(connection)
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandlers([inflation, outlet], position: .after(connection))
    } catch {
      return nil
    }
    receive(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Encoding": encoding])))
  }

  static func undoes(_ encoding: String) -> Bool { encoding == "gzip" || encoding == "deflate" }

  func receive(_ part: HTTPClientResponsePart) { context.fireChannelRead(NIOAny(part)) }

  func remove() {
    let pipeline = context.pipeline.syncOperations
    pipeline.removeHandler(inflation, promise: nil)
    pipeline.removeHandler(outlet, promise: nil)
  }

  /// Where the bytes come out.
  private final class Outlet: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let connection: DirectConnection

    init(_ connection: DirectConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .body(let part) = Self.unwrapInboundIn(data) else { return }
      do throws(TransportError) {
        try connection.receiveBody(part)
      } catch {
        connection.fail(error)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { connection.fail(error) }
  }
}
