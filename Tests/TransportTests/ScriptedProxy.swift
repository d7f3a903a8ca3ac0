import NIOCore
import NIOPosix
import Synchronization

/// A proxy on the loopback interface that makes tunnels, by CONNECT or by SOCKS 5. Whatever the host is called, it
/// connects to this machine, so that a test can give its servers names.
final class ScriptedProxy: Sendable {
  enum Kind: Sendable {
    case connect
    /// Says this instead of making a tunnel.
    case refusing(String)
    case socks
    /// Refuses each request with this reply code.
    case socksRefusing(UInt8)
    /// Says this to the first bytes that come, whatever they are, and perhaps closes the connection.
    case saying([UInt8], closes: Bool)
  }

  private final class Recorder: Sendable {
    let requests = Mutex<[String]>([])
  }

  private let channel: any Channel
  private let recorder: Recorder
  let port: Int

  init(_ kind: Kind) async throws {
    let recorder = Recorder()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Front(kind: kind, recorder: recorder))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    self.recorder = recorder
    port = channel.localAddress?.port ?? 0
  }

  /// The heads of CONNECT requests, or `host:port` of each SOCKS request.
  var requests: [String] { recorder.requests.withLock { $0 } }

  func stop() async throws { try await channel.close() }

  /// The side of the client: agrees on where to connect, then passes bytes on.
  private final class Front: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let kind: Kind
    private let recorder: Recorder
    private var pending: [UInt8] = []
    private var isGreeted = false
    private var server: (any Channel)?

    init(kind: Kind, recorder: Recorder) {
      self.kind = kind
      self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = Self.unwrapInboundIn(data)
      if let server {
        server.writeAndFlush(buffer, promise: nil)
        return
      }
      pending.append(contentsOf: buffer.readableBytesView)
      switch kind {
      case .connect, .refusing: readConnect(context)
      case .socks, .socksRefusing: readSOCKS(context)
      case .saying(let bytes, let closes):
        say(bytes, context)
        if closes { context.close(promise: nil) }
      }
    }

    func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func readConnect(_ context: ChannelHandlerContext) {
      let head = String(decoding: pending, as: UTF8.self)
      guard head.hasSuffix("\r\n\r\n") else { return }
      recorder.requests.withLock { $0.append(head) }
      if case .refusing(let answer) = kind { return say(Array(answer.utf8), context) }
      let target = head.split(separator: " ")[1]
      connect(port: target.split(separator: ":").last.flatMap { Int($0) } ?? 0, context) {
        Array("HTTP/1.1 200 Fine\r\n\r\n".utf8)
      }
    }

    private func readSOCKS(_ context: ChannelHandlerContext) {
      if !isGreeted {
        guard pending.count >= 2, pending.count >= 2 + Int(pending[1]) else { return }
        pending.removeFirst(2 + Int(pending[1]))
        isGreeted = true
        say([5, 0], context)
      }
      guard pending.count >= 5 else { return }
      let isName = pending[3] == 3
      let hostBytes = isName ? Int(pending[4]) : 4
      let start = isName ? 5 : 4
      guard pending.count >= start + hostBytes + 2 else { return }
      let bytes = pending[start..<(start + hostBytes)]
      let host = isName ? String(decoding: bytes, as: UTF8.self) : bytes.map(String.init).joined(separator: ".")
      let port = Int(pending[start + hostBytes]) << 8 | Int(pending[start + hostBytes + 1])
      recorder.requests.withLock { $0.append("\(host):\(port)") }
      if case .socksRefusing(let code) = kind { return say([5, code, 0, 1, 0, 0, 0, 0, 0, 0], context) }
      connect(port: port, context) { [5, 0, 0, 1, 0, 0, 0, 0, 0, 0] }
    }

    private func connect(port: Int, _ context: ChannelHandlerContext, answer: @escaping () -> [UInt8]) {
      let front = context.channel
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      ClientBootstrap(group: context.eventLoop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Back(front: front))
          }
        }
        .connect(host: "127.0.0.1", port: port).assumeIsolated().whenComplete { result in
          let (handler, context) = bound.value
          handler.server = try? result.get()
          if handler.server == nil { context.close(promise: nil) } else { handler.say(answer(), context) }
        }
    }
  }

  /// The side of the server.
  private final class Back: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let front: any Channel

    init(front: any Channel) { self.front = front }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      front.writeAndFlush(Self.unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { front.close(promise: nil) }
  }
}

/// Runs `body` with a proxy and closes it.
func withProxy(_ kind: ScriptedProxy.Kind, _ body: (ScriptedProxy) async throws -> Void) async throws {
  let proxy = try await ScriptedProxy(kind)
  do {
    try await body(proxy)
  } catch {
    try await proxy.stop()
    throw error
  }
  try await proxy.stop()
}
