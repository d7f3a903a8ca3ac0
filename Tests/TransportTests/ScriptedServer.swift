import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on the loopback interface that answers with exactly the bytes it is told, right or wrong.
final class ScriptedServer: Sendable {
  /// What to do when a whole request has arrived.
  enum Answer: Sendable {
    case send(String)
    case sendBytes([UInt8])
    case sendAndClose(String)
    case sendBytesAndClose([UInt8])
    /// A byte at a time.
    case trickle([UInt8])
    case close
    /// Never answers.
    case silence
    /// `start`, then `piece` again and again until the connection is closed.
    case endless(start: String, piece: String, pause: TimeAmount)

    /// `start`, then `piece` as often and as fast as it is taken.
    static func pour(_ start: String, _ piece: String) -> Answer {
      let many = String(repeating: piece, count: max(1, 32_768 / piece.utf8.count))
      return .endless(start: start, piece: many, pause: .zero)
    }
  }

  struct Received: Sendable {
    /// Request line and headers.
    var head: String
    var body: [UInt8]
    /// Which connection it came by, counted from 0.
    var connection: Int

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() {
          return String(parts[1].drop { $0 == " " })
        }
      }
      return nil
    }
  }

  typealias Script = @Sendable (Received) -> Answer

  private let channel: any Channel
  private let requests: Recorder
  let port: Int

  final class Recorder: Sendable {
    let received = Mutex<[Received]>([])
    let connections = Atomic(0)
  }

  /// - Parameter readsBodies: without, a request counts as whole with its head, and what follows is not looked at.
  init(tls: NIOSSLContext? = nil, readsBodies: Bool = true, script: @escaping Script) async throws {
    let recorder = Recorder()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          let number = recorder.connections.add(1, ordering: .relaxed).oldValue
          try channel.pipeline.syncOperations.addHandler(
            RequestReader(connection: number, readsBodies: readsBodies, recorder: recorder, script: script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    requests = recorder
    port = channel.localAddress?.port ?? 0
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var received: [Received] { requests.received.withLock { $0 } }
  var connectionCount: Int { requests.connections.load(ordering: .relaxed) }

  func stop() async throws { try await channel.close() }

  private final class RequestReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let readsBodies: Bool
    private let recorder: Recorder
    private let script: Script
    private var pending: [UInt8] = []
    private var isDeaf = false

    init(connection: Int, readsBodies: Bool, recorder: Recorder, script: @escaping Script) {
      self.connection = connection
      self.readsBodies = readsBodies
      self.recorder = recorder
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if isDeaf { return }
      pending.append(contentsOf: Self.unwrapInboundIn(data).readableBytesView)
      while !isDeaf, let request = takeRequest() {
        isDeaf = !readsBodies
        recorder.received.withLock { $0.append(request) }
        perform(script(request), context: context)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func takeRequest() -> Received? {
      let separator = Array("\r\n\r\n".utf8)
      guard let end = pending.indices.first(where: { pending[$0...].starts(with: separator) }) else { return nil }
      let head = String(decoding: pending[..<end], as: UTF8.self)
      var request = Received(head: head, body: [], connection: connection)
      let bodyStart = end + separator.count
      let bodyCount = readsBodies ? request.header("Content-Length").flatMap { Int($0) } ?? 0 : 0
      guard pending.count >= bodyStart + bodyCount else { return nil }
      request.body = Array(pending[bodyStart..<(bodyStart + bodyCount)])
      pending.removeFirst(bodyStart + bodyCount)
      return request
    }

    private func perform(_ answer: Answer, context: ChannelHandlerContext) {
      switch answer {
      case .send(let text): write(Array(text.utf8), closing: false, context: context)
      case .sendBytes(let bytes): write(bytes, closing: false, context: context)
      case .sendAndClose(let text): write(Array(text.utf8), closing: true, context: context)
      case .sendBytesAndClose(let bytes): write(bytes, closing: true, context: context)
      case .trickle(let bytes):
        for byte in bytes.dropLast() {
          context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
        }
        write(bytes.suffix(1), closing: !String(decoding: bytes, as: UTF8.self).contains("ength"), context: context)
      case .close: context.close(promise: nil)
      case .silence: break
      case .endless(let start, let piece, let pause):
        write(Array(start.utf8), closing: false, context: context)
        Self.pour(ByteBuffer(string: piece), pause: pause, into: context.channel)
      }
    }

    private static func pour(_ piece: ByteBuffer, pause: TimeAmount, into channel: any Channel) {
      channel.eventLoop.scheduleTask(in: pause) {
        channel.writeAndFlush(piece).whenSuccess { pour(piece, pause: pause, into: channel) }
      }
    }

    private func write(_ bytes: [UInt8], closing: Bool, context: ChannelHandlerContext) {
      let written = context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: bytes)))
      if closing {
        let channel = context.channel
        written.whenComplete { _ in channel.close(promise: nil) }
      }
    }
  }
}

/// A complete HTTP/1.1 answer.
func answer(_ status: Int = 200, _ headers: [String] = [], body: String = "") -> String {
  let lines = ["HTTP/1.1 \(status) Word", "Content-Length: \(body.utf8.count)"] + headers
  return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// An answer whose head says whatever it likes about its body.
func rawAnswer(_ headers: [String], body: [UInt8]) -> [UInt8] {
  Array((["HTTP/1.1 200 OK"] + headers).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + body
}
