import Foundation
import Hummingbird
import Listening
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// A connection on which only what the test writes is sent.
final class RawConnection: Sendable {
  private struct State {
    var received: [UInt8] = []
    var isClosed = false
  }

  private final class Gatherer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let connection: RawConnection
    init(_ connection: RawConnection) { self.connection = connection }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = unwrapInboundIn(data).readableBytesView
      connection.state.withLock { $0.received += bytes }
    }
    func channelInactive(context: ChannelHandlerContext) { connection.state.withLock { $0.isClosed = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private let state = Mutex(State())
  private let channel = Mutex<(any Channel)?>(nil)

  private init() {}

  /// - Parameter reads: whether it takes anything that is sent to it.
  static func open(
    _ address: ListeningAddress, tls: TLSConfiguration? = nil, reads: Bool = true
  ) async throws -> RawConnection {
    let connection = RawConnection()
    let context = try tls.map { try NIOSSLContext(configuration: $0) }
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          try channel.pipeline.syncOperations.addHandler(Gatherer(connection))
        }
      }
      .connect(host: address.host, port: address.port).get()
    connection.channel.withLock { $0 = channel }
    return connection
  }

  var text: String { state.withLock { String(decoding: $0.received, as: UTF8.self) } }
  var isClosed: Bool { state.withLock { $0.isClosed } }
  /// Of the last answer; 0 while there is none.
  var status: Int {
    Int(text.components(separatedBy: "HTTP/1.1 ").last?.prefix(3) ?? "") ?? 0
  }

  func send(_ text: String) async {
    // A connection that was given up takes nothing; the test looks at how it ended.
    try? await channel.withLock { $0 }?.writeAndFlush(ByteBuffer(string: text)).get()
  }

  func get(_ path: String, _ headers: [String: String] = [:]) async {
    let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    await send("GET \(path) HTTP/1.1\r\nHost: test\r\n\(lines)\r\n")
  }

  /// Waits for a status or the end.
  func answer() async -> Int {
    await eventually { self.status != 0 || self.isClosed }
    return status
  }

  /// Sends nothing any more, and still takes what comes.
  func closeHalf() async { try? await channel.withLock { $0 }?.close(mode: .output).get() }

  func close() async { try? await channel.withLock { $0 }?.close().get() }
}

/// Whether `condition` came to hold within a minute: as long as no machine is ever too busy for it.
@discardableResult
func eventually(_ condition: () async -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return await condition()
}

/// Whether a connection with a read timeout of three seconds lives while it is used, and ends when it no longer is.
///
/// All pauses together are longer than the timeout, and each is so much shorter that it is another matter only where the
/// machine is too busy for some seconds. Then it is tried again.
///
/// - Parameters:
///   - use: asks for something.
///   - isAnswered: whether that was answered so many times.
func livesWhileUsed(
  _ address: ListeningAddress, by use: (RawConnection) async -> Void, isAnswered: (RawConnection, Int) -> Bool
) async throws -> Bool {
  for _ in 0..<20 {
    let connection = try await RawConnection.open(address)
    var rounds = 0
    while rounds < 5 && !connection.isClosed {
      await use(connection)
      guard await eventually({ isAnswered(connection, rounds + 1) || connection.isClosed }) else { return false }
      rounds += 1
      try await Task.sleep(for: .milliseconds(700))
    }
    let hasLived = isAnswered(connection, 5) && !connection.isClosed
    guard await eventually({ connection.isClosed }) else { return false }
    if hasLived { return true }
  }
  return false
}

struct EchoContext: InitializableFromSource {
  init(source: ApplicationRequestContextSource) {}
}

/// Answers with what was asked for.
struct EchoResponder: HTTPResponder {
  typealias Context = EchoContext

  /// Is told the path of each request before its body is read.
  var begun: @Sendable (String) -> Void = { _ in }

  func respond(to request: Request, context: EchoContext) async throws -> Response {
    begun(request.uri.path)
    var byteCount = 0
    for try await chunk in request.body { byteCount += chunk.readableBytes }
    let text = "\(request.method) \(request.uri.string) \(byteCount)\n"
    return Response(
      status: .ok, headers: [.contentLength: "\(text.utf8.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// Runs `body` with a listener that is stopped afterwards.
func withListener(
  security: WebSecurity? = nil, _ change: (inout ListenerOptions) -> Void = { _ in },
  _ body: (WebListener, ListeningAddress) async throws -> Void
) async throws {
  var options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
  change(&options)
  let listener = WebListener(options, security: security, logger: .quiet)
  let address = try await listener.start(EchoResponder())
  do { try await body(listener, address) } catch {
    await listener.stop()
    throw error
  }
  await listener.stop()
}

extension Logger {
  static let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()
}
