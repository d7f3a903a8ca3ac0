import Glibc
import NIOCore

/// Looks at the first head of a connection, and says who serves it: ``GatheredConnections``, where it is a
/// ``PlainHead`` of their route, or the handlers behind.
///
/// It stands before the parser of HTTP. A connection that is served elsewhere leaves its channel, which then closes
/// without the socket.
final class GatheringHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connections: GatheredConnections
  private let gate: ConnectionGate
  private let prefix: String
  private let watch: ConnectionWatch
  private let handOn: @Sendable (_ descriptor: CInt, _ bytes: [UInt8]) -> Void
  /// The beginning of the head.
  private var start = ByteBuffer()
  private var hasDecided = false

  /// - Parameters:
  ///   - prefix: of all pages.
  ///   - handOn: for what is to become of a connection that brings something else later.
  init(
    _ connections: GatheredConnections, gate: ConnectionGate, prefix: String, watch: ConnectionWatch,
    handOn: @escaping @Sendable (_ descriptor: CInt, _ bytes: [UInt8]) -> Void
  ) {
    self.connections = connections
    self.gate = gate
    self.prefix = prefix
    self.watch = watch
    self.handOn = handOn
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if hasDecided { return context.fireChannelRead(data) }
    var bytes = Self.unwrapInboundIn(data)
    start.writeBuffer(&bytes)
    switch HeadExtent(start.readableBytesUInt8Span) {
    case .whole(let byteCount):
      if let head = PlainHead(Array(start.readableBytesView.prefix(byteCount))),
        connections.route.form(of: head, below: prefix) != nil, let descriptor = descriptor(context)
      {
        move(descriptor, context)
      } else {
        leave(context)
      }
    case .unfinished:
      // The time for it runs from its first byte. Its bytes are counted by whoever reads it in the end.
      watch.note(context) { $0.bytesArrived(0, now: $1) }
    case .odd: leave(context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A head that will not go on is for the parser to judge.
    if event as? ChannelEvent == .inputClosed { leave(context) }
    context.fireUserInboundEventTriggered(event)
  }

  /// Another descriptor of the connection's socket, which outlives the channel; nil if the system gives none.
  private func descriptor(_ context: ChannelHandlerContext) -> CInt? {
    // Open for the time of the call, in which it is copied.
    let copy = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      fcntl($0, F_DUPFD_CLOEXEC, 0)
    }
    return copy.flatMap { $0 }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private func move(_ descriptor: CInt, _ context: ChannelHandlerContext) {
    hasDecided = true
    gate.keepPlace(of: context.channel)
    connections.take(descriptor, Array(buffer: start), handOn: handOn)
    start.clear()
    context.close(promise: nil)
  }

  private func leave(_ context: ChannelHandlerContext) {
    guard !hasDecided else { return }
    hasDecided = true
    if start.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(start)) }
    start.clear()
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
