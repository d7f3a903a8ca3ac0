import NIOCore

/// Serves the requests of a ``GatheringRoute`` on a connection that brings nothing else, from its bytes.
///
/// It stands before the parser of HTTP. A connection that brings a request of the route whose head is a ``PlainHead``
/// is served here, one request after the other, and nothing of it reaches the handlers behind. The first bytes that are
/// anything else go to them, with all that follow: the handler leaves, once it has answered what it had begun. The
/// watch of the connection is told of these requests as the handlers behind tell it of theirs.
final class GatheringHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    /// A head is arriving, or the next one will.
    case waiting
    /// The body of a request is arriving; so much is to come.
    case gathering(Int)
    /// A request was answered early; so much of its body is to be thrown away.
    case discarding(Int)
    /// A request is being answered.
    case answering
    /// The client wanted no more than the last answer, or is gone.
    case ended
    /// The handlers behind have the connection.
    case left
  }

  /// What came while a request was being answered.
  private enum Arrival {
    case bytes(ByteBuffer)
    case event(Any)
    case failure(any Error)
  }

  private let route: any GatheringRoute
  private let prefix: String
  private let watch: ConnectionWatch
  private let buffer: ArrivalBuffer
  private var phase = Phase.waiting
  private var heads = PlainHeadReader()
  /// The beginning of a head.
  private var headStart = ByteBuffer()
  private var request: (any GatheringRequest)?
  /// Whether the connection ends with the answer to the request that was begun last.
  private var isLast = false
  private var arrivals: CircularBuffer<Arrival> = []
  /// The wish to stop, until no request is under way.
  private var quiescing: Any?
  private var isReadHeldBack = false
  private var answers = AnswerWriter()

  /// - Parameter prefix: of all pages.
  init(_ route: any GatheringRoute, prefix: String, watch: ConnectionWatch, buffer: ArrivalBuffer) {
    self.route = route
    self.prefix = prefix == "/" ? "" : prefix
    self.watch = watch
    self.buffer = buffer
  }

  private var isAnswering: Bool { if case .answering = phase { true } else { false } }

  // MARK: - Arrivals

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let arrived = Self.unwrapInboundIn(data)
    var rest = arrived
    receive(&rest, context)
    if rest.readableBytes > 0 { arrivals.append(.bytes(ByteBuffer(rest.readableBytesView))) }
    buffer.giveBack(arrived)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The wish to stop and the end of the client's half are for after the answer; without the rest of a request that
    // is still arriving there will be none.
    switch phase {
    case .answering where event is ChannelShouldQuiesceEvent, .gathering where event is ChannelShouldQuiesceEvent:
      quiescing = event
    case .answering: arrivals.append(.event(event))
    default:
      // A head that will not go on is for the parser to judge.
      if headStart.readableBytes > 0, event as? ChannelEvent == .inputClosed { leave(context) }
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isAnswering { arrivals.append(.failure(error)) } else { context.fireErrorCaught(error) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func read(context: ChannelHandlerContext) {
    // One read ahead is allowed: a client that waits for its answer sends nothing, and to stop reading and begin again
    // costs two calls to the system.
    if isAnswering && !arrivals.isEmpty { isReadHeldBack = true } else { context.read() }
  }

  /// Takes all of the bytes, or up to a request that is answered first.
  private func receive(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
    while bytes.readableBytes > 0 {
      switch phase {
      case .waiting:
        if headStart.readableBytes == 0 {
          receiveHead(&bytes, context)
        } else {
          var joined = headStart
          joined.writeBuffer(&bytes)
          headStart.clear()
          receiveHead(&joined, context)
          bytes = joined
        }
      case .gathering(let count):
        guard let part = bytes.readSlice(length: min(count, bytes.readableBytes)) else { return }
        gather(part, of: count, context)
      case .discarding(let count):
        let taken = min(count, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: taken)
        phase = .discarding(count - taken)
        if taken == count { finishReading(context) }
      case .answering: return
      case .ended: bytes.clear()
      case .left:
        context.fireChannelRead(Self.wrapInboundOut(ByteBuffer(bytes.readableBytesView)))
        bytes.clear()
      }
    }
  }

  private func receiveHead(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
    let first = bytes.readerIndex
    switch heads.next(&bytes) {
    case .head(let head, let bodyByteCount):
      if let start = begin(head, bodyByteCount) {
        isLast = head.isLast
        watch.note(context) { $0.headRead(now: $1) }
        switch start {
        case .begun(let begun):
          request = begun
          phase = .gathering(bodyByteCount)
          if bodyByteCount == 0 { handOver(context) }
        case .refused(let answer): refuse(answer, leaving: bodyByteCount, context)
        }
      } else {
        bytes.moveReaderIndex(to: first)
        leave(context)
      }
    case .unfinished:
      // The time for it runs from its first byte. Its bytes are counted by whoever reads it in the end.
      watch.note(context) { $0.bytesArrived(0, now: $1) }
      headStart = ByteBuffer(bytes.readableBytesView)
      bytes.clear()
    case .odd: leave(context)
    }
  }

  // MARK: - Requests of the route

  private func begin(_ head: PlainHead, _ bodyByteCount: Int) -> GatheringStart? {
    guard prefix.isEmpty || head.target.hasPrefix(prefix) else { return nil }
    let path = prefix.isEmpty ? head.target : String(head.target.dropFirst(prefix.count))
    return route.begin(path: path, method: "POST") { name in
      if name == "content-length" { return String(bodyByteCount) }
      return head.fields.first { $0.name == name }?.value
    }
  }

  /// - Parameter count: what was to come with the part.
  private func gather(_ part: ByteBuffer, of count: Int, _ context: ChannelHandlerContext) {
    let rest = count - part.readableBytes
    if let answer = request?.add(part) { return refuse(answer, leaving: rest, context) }
    phase = .gathering(rest)
    if rest == 0 { handOver(context) }
  }

  /// Answers before the rest of the body has come.
  private func refuse(_ answer: GatheredAnswer, leaving rest: Int, _ context: ChannelHandlerContext) {
    // What it holds goes back now, and not when the client has sent the rest.
    request = nil
    write(answer, context)
    phase = .discarding(rest)
    if isLast || rest == 0 { finishReading(context) }
  }

  /// A request that was answered early has come as a whole, or nothing more of it is asked for.
  private func finishReading(_ context: ChannelHandlerContext) {
    watch.note(context) { $0.requestRead(now: $1) }
    settle(context)
  }

  private func handOver(_ context: ChannelHandlerContext) {
    guard let request else { return }
    watch.note(context) { $0.requestRead(now: $1) }
    phase = .answering
    let loop = context.eventLoop
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: loop)
    Task(executorPreference: request.threads) {
      let answer = await request.answer()
      loop.execute { bound.value.handler.answered(answer, bound.value.context) }
    }
  }

  private func answered(_ answer: GatheredAnswer, _ context: ChannelHandlerContext) {
    guard isAnswering else { return }
    write(answer, context)
    settle(context)
    resume(context)
  }

  private func write(_ answer: GatheredAnswer, _ context: ChannelHandlerContext) {
    watch.note(context) { $0.answerBegun(now: $1) }
    let written = context.eventLoop.makePromise(of: Void.self)
    watch.noteEnd(of: written, context)
    context.writeAndFlush(Self.wrapOutboundOut(answers.encoded(answer)), promise: written)
  }

  /// The request was read and answered.
  private func settle(_ context: ChannelHandlerContext) {
    request = nil
    phase = isLast ? .ended : .waiting
    if isLast { context.close(mode: .output, promise: nil) }
    if let event = quiescing {
      quiescing = nil
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: - After an answer

  /// What came meanwhile has its turn.
  private func resume(_ context: ChannelHandlerContext) {
    while !isAnswering, let arrival = arrivals.popFirst() {
      switch arrival {
      case .bytes(var bytes):
        receive(&bytes, context)
        if bytes.readableBytes > 0 { arrivals.prepend(.bytes(bytes)) }
      case .event(let event): context.fireUserInboundEventTriggered(event)
      case .failure(let error): context.fireErrorCaught(error)
      }
    }
    if case .left = phase { context.fireChannelReadComplete() }
    if isReadHeldBack && !isAnswering {
      isReadHeldBack = false
      context.read()
    }
  }

  /// Hands the connection to the handlers behind: the head that has begun to arrive, and all that follows.
  private func leave(_ context: ChannelHandlerContext) {
    phase = .left
    SharedArrivals.end(on: context.channel)
    if headStart.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(headStart)) }
    headStart.clear()
    // Not now: what follows is on its way through here.
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    context.eventLoop.execute {
      let (handler, context) = bound.value
      context.pipeline.syncOperations.removeHandler(handler, promise: nil)
    }
  }

  private func end() {
    phase = .ended
    request = nil
    arrivals.removeAll()
  }
}
