import EventLoops
import NIOCore

/// Serves the requests of a ``GatheringRoute`` on a connection that brings nothing else, from its bytes.
///
/// A request is read, answered and done with before the next one is looked at: while an answer has not gone out, nothing
/// is read. A head that is not a ``PlainHead`` of the route, and all that follows it, is left to whoever serves all other
/// requests. It is used on its loop alone.
final class GatheredConnection: LoopConnectionUser {
  private enum Phase {
    /// A head is arriving, or the next one will.
    case waiting
    /// The body of a request is arriving; so much is to come.
    case gathering(Int)
    /// A request was answered early; so much of its body is to be thrown away.
    case discarding(Int)
    /// The client wanted no more than the last answer, or is to have no more. What it sends is thrown away until it ends
    /// the connection, or its last answer could be lost in a reset.
    case ended
  }

  /// How a connection leaves.
  enum Departure {
    case closed
    /// It is for others, with what was read of it and not served. Whoever takes the descriptor closes it.
    case handedOn(descriptor: CInt, bytes: [UInt8])
  }

  private let route: any GatheringRoute
  private let prefix: String
  private let thread: LoopThread
  /// Nil once it was told.
  private var departed: ((Departure) -> Void)?
  private lazy var connection = LoopConnection(on: thread, for: self)
  private var clock: ConnectionClock
  private var alarm: (number: UInt64, time: NIODeadline)?
  private var phase = Phase.waiting
  private var heads = PlainHeadReader()
  /// Of the head that was read last.
  private var form: (any GatheringForm)?
  /// The beginning of a head, or what came behind a request whose answer has not gone out.
  private var rest: [UInt8] = []
  private var request: (any GatheringRequest)?
  /// Whether the connection ends with the answer to the request that was begun last.
  private var isLast = false
  private var isSending = false
  private var answers = AnswerWriter()

  /// - Parameter departed: called once, when it is over.
  init(
    _ route: any GatheringRoute, _ options: ListenerOptions, on thread: LoopThread,
    _ departed: @escaping (Departure) -> Void
  ) {
    self.route = route
    prefix = options.routePrefix
    self.thread = thread
    self.departed = departed
    clock = ConnectionClock(
      headTimeout: TimeAmount(options.headTimeout), readTimeout: TimeAmount(options.readTimeout),
      headBytesMax: options.headBytesMax, now: .now())
  }

  /// Serves the connection of `descriptor`, of which `bytes` were read already.
  func begin(_ descriptor: CInt, _ bytes: [UInt8]) {
    connection.adopt(descriptor)
    note { _, _ in }
    _ = received(bytes.span)
  }

  /// Ends it once no request is under way.
  func finish() {
    isLast = true
    guard case .waiting = phase else { return }
    if isSending { phase = .ended } else { close() }
  }

  /// Ends it now.
  func close() {
    connection.close()
    depart(.closed)
  }

  // MARK: - Arrivals

  func connectionStands() {}

  func received(_ bytes: Span<UInt8>) -> Bool {
    if rest.isEmpty { take(bytes) } else { takeBehindRest(bytes) }
    return !isSending
  }

  func connectionEnded(by error: (any Error)?) { depart(.closed) }

  private func takeBehindRest(_ bytes: Span<UInt8>) {
    var joined = rest
    joined.append(copying: bytes)
    rest = []
    take(joined.span)
  }

  /// Takes all of the bytes, or up to a request whose answer has to go out first.
  private func take(_ bytes: Span<UInt8>) {
    var place = 0
    while place < bytes.count && departed != nil {
      let left = bytes.extracting(place...)
      if isSending { return rest = left.copy }
      switch phase {
      case .waiting:
        guard let byteCount = takeHead(left) else { return }
        place += byteCount
      case .gathering(let count):
        let part = left.extracting(first: count)
        place += part.count
        gather(part, of: count)
      case .discarding(let count):
        let taken = min(count, left.count)
        place += taken
        phase = .discarding(count - taken)
        if taken == count { finishReading() }
      case .ended: return
      }
    }
  }

  /// - Returns: how long the head is; nil if it is not whole, or if it was handed on with all that follows.
  private func takeHead(_ bytes: Span<UInt8>) -> Int? {
    switch heads.next(bytes) {
    case .head(let head, let byteCount, let bodyByteCount, let isKnown):
      if !isKnown { form = route.form(of: head, below: prefix) }
      guard let form else {
        handOn(bytes)
        return nil
      }
      isLast = isLast || head.isLast
      note { $0.headRead(now: $1) }
      switch form.begin(bodyByteCount: bodyByteCount) {
      case .begun(let begun):
        request = begun
        phase = .gathering(bodyByteCount)
        if bodyByteCount == 0 { answer() }
      case .refused(let answer): refuse(answer, leaving: bodyByteCount)
      }
      return byteCount
    case .unfinished:
      // The time for it runs from its first byte. Its bytes are counted by whoever reads it in the end.
      note { $0.bytesArrived(0, now: $1) }
      rest = bytes.copy
    case .odd: handOn(bytes)
    }
    return nil
  }

  /// - Parameter count: what was to come with the part.
  private func gather(_ part: Span<UInt8>, of count: Int) {
    let rest = count - part.count
    if let answer = request?.add(part) { return refuse(answer, leaving: rest) }
    phase = .gathering(rest)
    if rest == 0 { answer() }
  }

  // MARK: - Answers

  private func answer() {
    guard let request else { return }
    note { $0.requestRead(now: $1) }
    send(request.answer())
    settle()
  }

  /// Answers before the rest of the body has come.
  private func refuse(_ answer: GatheredAnswer, leaving rest: Int) {
    // What it holds goes back now, and not when the client has sent the rest.
    request = nil
    phase = .discarding(rest)
    send(answer)
    if isLast || rest == 0 { finishReading() }
  }

  /// A request that was answered early has come as a whole, or nothing more of it is asked for.
  private func finishReading() {
    note { $0.requestRead(now: $1) }
    settle()
  }

  private func send(_ answer: GatheredAnswer) {
    note { $0.answerBegun(now: $1) }
    let (head, body) = answers.encoded(answer)
    isSending = true
    connection.send(head, body)
    if isSending { connection.setReading(false) }
  }

  func sentAll() {
    isSending = false
    note { $0.answerEnded(now: $1) }
    closeOutputAtEnd()
    connection.setReading(true)
    // Empty where it has gone out at once: whoever takes what came is still at it.
    let bytes = rest
    rest = []
    take(bytes.span)
  }

  /// The request was read and answered.
  private func settle() {
    request = nil
    phase = isLast ? .ended : .waiting
    closeOutputAtEnd()
  }

  // MARK: - Ends

  private func closeOutputAtEnd() {
    if case .ended = phase, !isSending { connection.closeOutput() }
  }

  /// Leaves the connection to others: the head that has begun to arrive, and all that follows.
  private func handOn(_ bytes: Span<UInt8>) {
    guard let descriptor = connection.release() else { return }
    depart(.handedOn(descriptor: descriptor, bytes: bytes.copy))
  }

  private func depart(_ departure: Departure) {
    guard let departed else { return }
    self.departed = nil
    phase = .ended
    request = nil
    if let alarm { thread.callOffTimer(alarm.number) }
    departed(departure)
  }

  // MARK: - Time

  private func note(_ change: (inout ConnectionClock, NIODeadline) -> Void) {
    change(&clock, .now())
    arm()
  }

  /// An alarm that comes too early looks again, so that a busy connection does not set one for each of its events.
  private func arm() {
    guard departed != nil, let deadline = clock.deadline else { return }
    if let alarm {
      if alarm.time <= deadline { return }
      thread.callOffTimer(alarm.number)
    }
    let left = Duration.nanoseconds((deadline - .now()).nanoseconds)
    let number = thread.setTimer(at: .now + left) { [self] in
      alarm = nil
      guard let deadline = clock.deadline else { return }
      if deadline <= .now() { close() } else { arm() }
    }
    alarm = (number, deadline)
  }
}

extension GatheringRoute {
  /// What is to become of requests with this head, if it is of a page below `prefix`.
  func form(of head: PlainHead, below prefix: String) -> (any GatheringForm)? {
    // It ends with a slash where it is one.
    let before = prefix == "/" ? "" : prefix
    guard head.target.hasPrefix(before) else { return nil }
    let path = String(head.target.dropFirst(before.count))
    return form(path: path) { name in head.fields.first { $0.name == name }?.value }
  }
}
