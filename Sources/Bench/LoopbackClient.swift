import NIOCore
import NIOHTTP1
import NIOPosix

/// What was answered to a request.
struct ClientAnswer: Sendable {
  var status: Int
  var retryAfterSeconds: Int?
  var body: String
}

/// A connection that is no more.
struct ConnectionLost: Error, CustomStringConvertible {
  var description: String { "the connection was closed" }
}

/// One HTTP/1.1 connection to a program under test, for one request at a time; a lost one is made anew.
final class LoopbackClient {
  private static let patience = TimeAmount.seconds(30)

  private let group: MultiThreadedEventLoopGroup
  private let host: String
  private let port: Int
  private var channel: (any Channel)?

  init(_ group: MultiThreadedEventLoopGroup, host: String, port: Int) {
    self.group = group
    self.host = host
    self.port = port
  }

  /// - Throws: when nothing listens, the connection ends, or no answer comes in time.
  func get(_ path: String) async throws -> ClientAnswer { try await exchange(.GET, path, [:], []) }

  func post(_ path: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws -> ClientAnswer {
    try await exchange(.POST, path, headers, body)
  }

  func close() async {
    try? await channel?.close()
    channel = nil
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders, _ body: [UInt8]
  ) async throws -> ClientAnswer {
    let channel = try await connected()
    var headers = headers
    headers.add(name: "Host", value: "\(host):\(port)")
    if method == .POST { headers.add(name: "Content-Length", value: String(body.count)) }
    let promise = channel.eventLoop.makePromise(of: ClientAnswer.self)
    let timer = channel.eventLoop.scheduleTask(in: Self.patience) { promise.fail(ConnectionLost()) }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    channel.writeAndFlush(
      ClientExchange(head: head, body: channel.allocator.buffer(bytes: body), promise: promise)
    ).cascadeFailure(to: promise)
    do {
      return try await promise.futureResult.get()
    } catch {
      await close()
      throw error
    }
  }

  private func connected() async throws -> any Channel {
    if let channel, channel.isActive { return channel }
    let new = try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connectTimeout(.seconds(5))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(ClientHandler())
        }
      }
      .connect(host: host, port: port).get()
    channel = new
    return new
  }
}

/// A request on its way through the channel, and who waits for the answer.
private struct ClientExchange: Sendable {
  var head: HTTPRequestHead
  var body: ByteBuffer
  var promise: EventLoopPromise<ClientAnswer>
}

private final class ClientHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = ClientExchange
  typealias OutboundOut = HTTPClientRequestPart

  private var waiting: EventLoopPromise<ClientAnswer>?
  private var answer = ClientAnswer(status: 0, body: "")

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    waiting = exchange.promise
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    if exchange.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer = ClientAnswer(
        status: Int(head.status.code), retryAfterSeconds: head.headers.first(name: "retry-after").flatMap { Int($0) },
        body: "")
    case .body(let part): answer.body += String(buffer: part)
    case .end:
      waiting?.succeed(answer)
      waiting = nil
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    waiting?.fail(ConnectionLost())
    waiting = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    waiting?.fail(error)
    waiting = nil
    context.close(promise: nil)
  }
}
