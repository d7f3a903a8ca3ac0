import Glibc

/// What a ``LoopConnection`` tells whoever uses it, on the thread of its loop.
public protocol LoopConnectionUser: AnyObject {
  /// It can be written to.
  func connectionStands()
  /// - Parameter bytes: never empty; gone after the call.
  /// - Returns: whether more is expected.
  func received(_ bytes: Span<UInt8>) -> Bool
  /// All that was given to send is with the system.
  func sentAll()
  /// It is closed, or was never made. The last that is told, and not told after ``LoopConnection/close()``.
  ///
  /// - Parameter error: nil when the other side has said that it will send no more.
  func connectionEnded(by error: (any Error)?)
}

/// One connection of TCP on one loop, from making or taking it over to closing. It is used on the thread of its loop
/// alone.
///
/// Bytes to send are tried at once, and the rest when there is room. What arrives is read into the one buffer of the loop.
public final class LoopConnection: Watched {
  /// How many full buffers one connection may take before others have their turn.
  private static let readsMax = 16

  private let thread: LoopThread
  private unowned let user: any LoopConnectionUser
  private var dial: Dial?
  private var socket: StreamSocket?
  private var name: UInt64 = 0
  private var isClosed = false
  private var waitsForRoom = false
  private var isReading = true
  /// What is being sent, and how many bytes of both the system has.
  private var head: [UInt8] = []
  private var body: [UInt8] = []
  private var sentBytes = 0

  /// - Parameter user: closes the connection before it goes.
  public init(on thread: LoopThread, for user: any LoopConnectionUser) {
    self.thread = thread
    self.user = user
  }

  /// Makes the connection. The outcome may be told before this returns.
  ///
  /// - Parameters:
  ///   - host: a name, or an address without brackets.
  ///   - timeout: for all of it.
  public func connect(to host: String, port: UInt16, timeout: Duration) {
    let dial = Dial(on: thread, timeout: timeout) { [weak self] outcome in
      switch consume outcome {
      case .socket(let socket): self?.stand(on: socket)
      case .failure(let error): self?.end(by: error)
      }
    }
    dial.connect(to: host, port: port)
    if socket == nil && !isClosed { self.dial = dial }
  }

  /// Takes over a connection that stands.
  ///
  /// - Parameter descriptor: of a socket of TCP that waits for nothing; nobody else's from now on.
  public func adopt(_ descriptor: CInt) { stand(on: StreamSocket(adopting: descriptor)) }

  /// Sends `body` right behind `head`. Only once what was given before is sent.
  public func send(_ head: [UInt8], _ body: [UInt8]) {
    precondition(sentBytes == self.head.count + self.body.count, "something is still being sent")
    self.head = head
    self.body = body
    sentBytes = 0
    proceed()
  }

  /// Stops reading, or begins again. While nothing is read, the end of the connection is not seen before both sides
  /// have ended it.
  public func setReading(_ isReading: Bool) {
    guard isReading != self.isReading else { return }
    self.isReading = isReading
    watch()
  }

  /// Says to the other side that nothing more will be sent, behind what was sent.
  public func closeOutput() { socket?.closeOutput() }

  /// Gives the connection up without closing it: nobody is told anything any more.
  ///
  /// - Returns: its descriptor, to be closed by whoever takes it; nil if there is none any more.
  public func release() -> CInt? {
    guard !isClosed, let socket = socket.take() else { return nil }
    isClosed = true
    let descriptor = socket.release()
    thread.withState { state, poller in
      state.watched.remove(name)
      poller.forget(descriptor)
    }
    return descriptor
  }

  /// Nobody will be told anything any more. What the system has taken still goes out.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    dial?.cancel()
    dial = nil
    guard socket != nil else { return }
    thread.withState { state, _ in state.watched.remove(name) }
    socket = nil
  }

  // MARK: - Events

  private func stand(on socket: consuming StreamSocket) {
    dial = nil
    guard !isClosed else { return }
    let descriptor = socket.descriptor
    self.socket = consume socket
    let isWatched = thread.withState { state, poller in
      name = state.watched.add(self)
      // It is waited for already where making it took its time, and must be told apart from that.
      return poller.watch(descriptor, as: name, forRoomToWrite: false, isNew: false)
        || poller.watch(descriptor, as: name, forRoomToWrite: false, isNew: true)
    }
    if isWatched { user.connectionStands() } else { end(by: DialError.system(errno)) }
  }

  func becameReady(canWrite: Bool, canRead: Bool) {
    if canWrite && waitsForRoom { proceed() }
    guard canRead && !isClosed else { return }
    // Told of while nothing is read, it is the end of both sides.
    if isReading { receive() } else { end(by: nil) }
  }

  private func receive() {
    for _ in 0..<Self.readsMax {
      guard socket != nil else { return }
      switch receiveOnce() {
      case .received(isFull: true, wantsMore: true): continue
      case .received, .nothing: return
      case .end: return end(by: nil)
      case .failure(let code): return end(by: SystemError(code: code))
      }
    }
  }

  private func receiveOnce() -> ReceiveBuffer.Outcome {
    guard let descriptor = socket?.descriptor else { return .nothing }
    let buffer = thread.withState { state, _ in state.receiveBuffer }
    return buffer.receive(from: descriptor) { user.received($0) }
  }

  private func proceed() {
    let byteCount = head.count + body.count
    guard sentBytes < byteCount, let outcome = socket?.send(head, body, from: sentBytes) else { return }
    switch outcome {
    case .success(let count):
      sentBytes += count
      if sentBytes < byteCount { return waitForRoom(true) }
      waitForRoom(false)
      forgetSent()
      user.sentAll()
    case .failure:
      // The other side takes no more; what it has said before is still to be read, and then how it ended.
      waitForRoom(false)
    }
  }

  /// The memory of a large body is not held while its answer is awaited.
  private func forgetSent() {
    head = []
    body = []
    sentBytes = 0
  }

  private func waitForRoom(_ waits: Bool) {
    guard waits != waitsForRoom else { return }
    waitsForRoom = waits
    watch()
  }

  private func watch() {
    guard let descriptor = socket?.descriptor else { return }
    let isWatched = thread.withState { _, poller in
      poller.watch(descriptor, as: name, forRoomToWrite: waitsForRoom, forReading: isReading, isNew: false)
    }
    if !isWatched { end(by: SystemError(code: errno)) }
  }

  private func end(by error: (any Error)?) {
    guard !isClosed else { return }
    close()
    user.connectionEnded(by: error)
  }
}
