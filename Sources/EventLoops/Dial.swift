import Dispatch
import Glibc
import Synchronization

/// Why a connection could not be made.
public enum DialError: Error, Equatable {
  /// The name has no address, or no resolver knows.
  case unknownName
  /// None of the addresses answered in time.
  case timedOut
  /// What the system said of the address that tells most: refusal, or the first.
  case system(Int32)
}

/// The making of one connection: finds the addresses of a name, tries them in turn, and keeps the first that answers.
///
/// An address that neither answers nor refuses costs a quarter of a second, for then the next one is tried beside it. It
/// is used on its loop alone and holds itself until its end.
final class Dial {
  static let pause = Duration.milliseconds(250)

  enum Outcome: ~Copyable {
    case socket(StreamSocket)
    case failure(DialError)
  }

  private let thread: LoopThread
  private let tell: (consuming Outcome) -> Void
  private var waiting: ArraySlice<SocketAddress> = []
  private var attempts: [Attempt] = []
  private var codes: [CInt] = []
  private var nextTimer: UInt64?
  private var endTimer: UInt64?
  private var isOver = false

  /// The time begins to run.
  ///
  /// - Parameter tell: called once, perhaps before ``connect(to:port:)`` returns.
  init(on thread: LoopThread, timeout: Duration, _ tell: @escaping (consuming Outcome) -> Void) {
    self.thread = thread
    self.tell = tell
    endTimer = thread.setTimer(at: .now + timeout) { self.end(.failure(.timedOut)) }
  }

  /// - Parameter host: a name, or an address without brackets.
  func connect(to host: String, port: UInt16) {
    if let address = SocketAddress(numeric: host, port: port) { connect(to: [address]) } else { lookUp(host, port) }
  }

  /// The system's resolver waits for servers, so it is asked on threads that are there for waiting. Each has a queue of its
  /// own: for threads that share one, the system would look every second whether they have to become more.
  private static let resolvers = (0..<16).map { DispatchQueue(label: "resolver-\($0)") }
  private static let turn = Atomic(0)

  private func lookUp(_ host: String, _ port: UInt16) {
    let thread = thread
    let dial = LoopBound(self, to: thread)
    let turn = Self.turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
    Self.resolvers[turn % Self.resolvers.count].async {
      let addresses = NameLookup.addresses(of: host, port: port)
      thread.perform { dial.value.connect(to: addresses) }
    }
  }

  /// Nobody wants it any more.
  func cancel() {
    guard !isOver else { return }
    leaveLoop()
  }

  /// - Parameter addresses: in the order in which they are tried.
  func connect(to addresses: [SocketAddress]) {
    guard !isOver else { return }
    if addresses.isEmpty { return end(.failure(.unknownName)) }
    waiting = addresses[...]
    tryNext()
  }

  private func tryNext() {
    if let nextTimer { thread.callOffTimer(nextTimer) }
    nextTimer = nil
    while let address = waiting.popFirst() {
      guard let socket = StreamSocket(for: address) else {
        codes.append(errno)
        continue
      }
      let code = socket.connect(to: address)
      if code == 0 { return end(.socket(socket)) }
      guard code == EINPROGRESS, let attempt = Attempt(socket, of: self, on: thread) else {
        codes.append(code)
        continue
      }
      attempts.append(attempt)
      if !waiting.isEmpty { nextTimer = thread.setTimer(at: .now + Self.pause) { self.tryNext() } }
      return
    }
    if attempts.isEmpty { end(.failure(.system(codes.contains(ECONNREFUSED) ? ECONNREFUSED : codes.first ?? EIO))) }
  }

  private func ended(_ attempt: Attempt) {
    guard !isOver, let socket = attempt.takeSocket() else { return }
    attempts.removeAll { $0 === attempt }
    let code = socket.takeError()
    if code == 0 { return end(.socket(socket)) }
    codes.append(code)
    tryNext()
  }

  private func end(_ outcome: consuming Outcome) {
    guard !isOver else { return }
    leaveLoop()
    tell(outcome)
  }

  private func leaveLoop() {
    isOver = true
    for timer in [nextTimer, endTimer] { timer.map(thread.callOffTimer) }
    for attempt in attempts { _ = attempt.takeSocket() }
    attempts = []
  }

  /// One address that has not answered yet.
  private final class Attempt: Watched {
    private var socket: StreamSocket?
    private unowned let dial: Dial
    private let thread: LoopThread
    private var name: UInt64 = 0

    /// nil where the loop cannot watch it.
    init?(_ socket: consuming StreamSocket, of dial: Dial, on thread: LoopThread) {
      let descriptor = socket.descriptor
      self.socket = consume socket
      self.dial = dial
      self.thread = thread
      let isWatched = thread.withState { state, poller in
        name = state.watched.add(self)
        let isWatched = poller.watch(descriptor, as: name, forRoomToWrite: true, isNew: true)
        if !isWatched { state.watched.remove(name) }
        return isWatched
      }
      guard isWatched else { return nil }
    }

    /// nil when it was taken before.
    func takeSocket() -> StreamSocket? {
      guard let socket = socket.take() else { return nil }
      thread.withState { state, _ in state.watched.remove(name) }
      return socket
    }

    // Nothing can be read before it stands, so whatever is told means that it stands or has failed.
    func becameReady(canWrite: Bool, canRead: Bool) { dial.ended(self) }
  }
}
