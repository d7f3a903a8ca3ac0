import HTTPTypes
import NIOCore
import NIOHTTP1

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Serves the requests of a ``GatheringRoute`` on a connection of HTTP/1.1, and lets all others pass.
///
/// Answers come in the order of requests. A request that comes behind one that passed, and is not answered yet, passes
/// too; what comes behind one that is being answered here waits, and the connection is not read further. The watch of the
/// connection is told of these requests as the handlers behind tell it of theirs.
final class GatheringHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Phase {
    /// What comes is for the handlers behind.
    case passing
    /// The body of a request of the route is arriving.
    case gathering
    /// A request of the route was answered early; the rest of its body is thrown away.
    case discarding
    /// A request of the route is being answered.
    case answering
    /// The client wanted no more than the last answer, or is gone.
    case ended
  }

  /// What came while a request was being answered.
  private enum Arrival {
    case part(HTTPServerRequestPart)
    case event(Any)
    case failure(any Error)
  }

  private let route: any GatheringRoute
  private let prefix: String
  private let watch: ConnectionWatch
  private var phase = Phase.passing
  private var request: (any GatheringRequest)?
  /// Whether the connection ends with the answer to `request`.
  private var isLast = false
  /// Requests that passed and are not answered.
  private var passedCount = 0
  private var arrivals: CircularBuffer<Arrival> = []
  private var isReadHeldBack = false
  private var date = AnswerDate()

  init(_ route: any GatheringRoute, prefix: String, watch: ConnectionWatch) {
    self.route = route
    self.prefix = prefix == "/" ? "" : prefix
    self.watch = watch
  }

  // MARK: - Arrivals

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch phase {
    case .passing, .gathering, .discarding: take(unwrapInboundIn(data), context)
    case .answering: arrivals.append(.part(unwrapInboundIn(data)))
    case .ended: break
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The wish to stop and the end of the client's half are for after the answer; without the rest of a request that
    // is still arriving there will be none.
    let waits = phase == .answering || (phase == .gathering && event is ChannelShouldQuiesceEvent)
    if waits { arrivals.append(.event(event)) } else { context.fireUserInboundEventTriggered(event) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if phase == .answering { arrivals.append(.failure(error)) } else { abandon(context, error) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func read(context: ChannelHandlerContext) {
    // One read ahead is allowed: a client that waits for its answer sends nothing, and to stop reading and begin again
    // costs two calls to the system.
    if phase == .answering && !arrivals.isEmpty { isReadHeldBack = true } else { context.read() }
  }

  private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch (part, phase) {
    case (.head(let head), .passing):
      guard passedCount == 0, let start = begin(head) else {
        passedCount += 1
        return context.fireChannelRead(wrapInboundOut(part))
      }
      watch.note(context) { $0.headRead(now: $1) }
      switch start {
      case .begun(let begun):
        request = begun
        phase = .gathering
      case .refused(let answer): refuse(answer, context)
      }
    case (.body(let bytes), .gathering):
      if let answer = request?.add(bytes) { refuse(answer, context) }
    case (.end, .gathering):
      watch.note(context) { $0.requestRead(now: $1) }
      handOver(context)
    case (.end, .discarding):
      watch.note(context) { $0.requestRead(now: $1) }
      finish(context)
    case (_, .discarding): break
    default: context.fireChannelRead(wrapInboundOut(part))
    }
  }

  // MARK: - Requests of the route

  private func begin(_ head: HTTPRequestHead) -> GatheringStart? {
    let headers = head.headers
    guard head.version == .http1_1, head.uri.hasPrefix(prefix), !headers.contains(name: "expect") else { return nil }
    let connection = headers["connection"]
    isLast = connection.count == 1 && connection[0].lowercased() == "close"
    guard connection.isEmpty || isLast else { return nil }
    return route.begin(path: String(head.uri.dropFirst(prefix.count)), method: head.method.rawValue) { name in
      let values = headers[name]
      return values.count > 1 ? values.joined(separator: ", ") : values.first
    }
  }

  /// Answers before the rest of the body has come.
  private func refuse(_ answer: GatheredAnswer, _ context: ChannelHandlerContext) {
    // What it holds goes back now, and not when the client has sent the rest.
    request = nil
    write(answer, context)
    if isLast { finish(context) } else { phase = .discarding }
  }

  private func handOver(_ context: ChannelHandlerContext) {
    guard let request else { return }
    phase = .answering
    let loop = context.eventLoop
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: loop)
    Task(executorPreference: request.threads) {
      let answer = await request.answer()
      loop.execute { bound.value.handler.answered(answer, bound.value.context) }
    }
  }

  private func answered(_ answer: GatheredAnswer, _ context: ChannelHandlerContext) {
    guard phase == .answering else { return }
    write(answer, context)
    finish(context)
  }

  private func write(_ answer: GatheredAnswer, _ context: ChannelHandlerContext) {
    var head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.head.status.code),
      headers: HTTPHeaders(answer.head.headerFields.map { ($0.name.rawName, $0.value) }))
    head.headers.add(name: "Date", value: date.text(atSeconds: time(nil)))
    watch.note(context) { $0.answerBegun(now: $1) }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body = answer.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    watch.noteEnd(of: written, context)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }

  /// The request was read and answered: what came meanwhile has its turn.
  private func finish(_ context: ChannelHandlerContext) {
    request = nil
    phase = isLast ? .ended : .passing
    if isLast { context.close(mode: .output, promise: nil) }
    let wasWaitedFor = !arrivals.isEmpty
    while phase != .answering, let arrival = arrivals.popFirst() {
      switch arrival {
      case .part(let part): if phase != .ended { take(part, context) }
      case .event(let event): context.fireUserInboundEventTriggered(event)
      case .failure(let error): context.fireErrorCaught(error)
      }
    }
    if wasWaitedFor { context.fireChannelReadComplete() }
    if isReadHeldBack && phase != .answering {
      isReadHeldBack = false
      context.read()
    }
  }

  /// What follows cannot be read, so the request that was arriving never ends; who is behind says so to the client.
  private func abandon(_ context: ChannelHandlerContext, _ error: any Error) {
    request = nil
    if phase != .ended { phase = .passing }
    context.fireErrorCaught(error)
    while let arrival = arrivals.popFirst() {
      if case .event(let event) = arrival { context.fireUserInboundEventTriggered(event) }
    }
  }

  private func end() {
    phase = .ended
    request = nil
    arrivals.removeAll()
  }

  // MARK: - Answers to the others

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // A refusal of what is no request answers none.
    if case .end = unwrapOutboundIn(data) { passedCount = max(0, passedCount - 1) }
    context.write(data, promise: promise)
  }
}
