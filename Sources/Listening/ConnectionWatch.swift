import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives up a connection, or a stream of HTTP/2, when its ``ConnectionClock`` says so. It is used on one event loop.
final class ConnectionWatch {
  private var clock: ConnectionClock
  private var alarm: Scheduled<Void>?
  private var alarmTime: NIODeadline?

  init(_ options: ListenerOptions, now: NIODeadline) {
    clock = ConnectionClock(
      headTimeout: TimeAmount(options.headTimeout), readTimeout: TimeAmount(options.readTimeout),
      headBytesMax: options.headBytesMax, now: now)
  }

  var isHeadTooLarge: Bool { clock.isHeadTooLarge }
  var isFirstInLine: Bool { clock.isFirstInLine }

  func note(_ context: ChannelHandlerContext, _ change: (inout ConnectionClock, NIODeadline) -> Void) {
    change(&clock, context.eventLoop.now)
    arm(context.channel)
  }

  /// The answer has ended when the client's side of the connection has taken it, not when it is written.
  func noteEnd(of written: EventLoopPromise<Void>, _ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((watch: self, context: context), eventLoop: context.eventLoop)
    written.futureResult.whenSuccess { bound.value.watch.note(bound.value.context) { $0.answerEnded(now: $1) } }
  }

  /// An alarm that comes too early looks again, so that a busy connection does not set one for each of its events.
  private func arm(_ channel: any Channel) {
    guard let deadline = clock.deadline else { return }
    if let alarmTime, alarmTime <= deadline { return }
    alarm?.cancel()
    alarmTime = deadline
    alarm = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      self.alarmTime = nil
      self.alarm = nil
      guard let deadline = self.clock.deadline else { return }
      if deadline <= channel.eventLoop.now { channel.close(promise: nil) } else { self.arm(channel) }
    }
  }

  func end() {
    alarm?.cancel()
    alarm = nil
  }
}

/// Sees the bytes of a connection before they are decoded: when a request begins, and how long its head gets.
final class ArrivalHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let watch: ConnectionWatch
  private var hasRefused = false

  init(_ watch: ConnectionWatch) { self.watch = watch }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasRefused else { return }
    let count = unwrapInboundIn(data).readableBytes
    watch.note(context) { $0.bytesArrived(count, now: $1) }
    // The decoder has told the watch of a complete head by the time this returns.
    context.fireChannelRead(data)
    if watch.isHeadTooLarge { refuse(context) }
  }

  private func refuse(_ context: ChannelHandlerContext) {
    hasRefused = true
    let answer = ByteBuffer(
      string: "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    context.close(mode: .output, promise: nil)
    // What is on its way is thrown away for a moment, or the refusal would be lost in a reset.
    let channel = context.channel
    channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
  }
}

/// Sees requests and answers as they begin and end.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let watch: ConnectionWatch

  init(_ watch: ConnectionWatch) { self.watch = watch }

  func handlerAdded(context: ChannelHandlerContext) { watch.note(context) { _, _ in } }

  func handlerRemoved(context: ChannelHandlerContext) { watch.end() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var data = data
    switch unwrapInboundIn(data) {
    case .head(var head):
      watch.note(context) { $0.headRead(now: $1) }
      if Self.waitsForWord(head) && watch.isFirstInLine { encourage(context) }
      // The word has no case, and the web framework knows it in lower case alone.
      if let word = head.headerFields[.connection], word != "close", word.lowercased() == "close" {
        head.headerFields[.connection] = "close"
        data = wrapInboundOut(.head(head))
      }
    case .body: break
    case .end: watch.note(context) { $0.requestRead(now: $1) }
    }
    context.fireChannelRead(data)
  }

  /// Whether the client sends its body only when it is told to.
  private static func waitsForWord(_ head: HTTPRequest) -> Bool {
    head.headerFields[.expect]?.lowercased() == "100-continue"
  }

  /// Asks for the body, past the watch: the answer has not begun.
  private func encourage(_ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head:
      watch.note(context) { $0.answerBegun(now: $1) }
      context.write(data, promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      let written = promise ?? context.eventLoop.makePromise(of: Void.self)
      watch.noteEnd(of: written, context)
      context.write(data, promise: written)
    }
  }
}

/// Gives up a connection whose handshake has not ended in time.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny
  private let timeout: TimeAmount
  private var alarm: Scheduled<Void>?

  init(timeout: Duration) { self.timeout = TimeAmount(timeout) }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    alarm = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }
}
