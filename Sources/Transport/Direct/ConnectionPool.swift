import EventLoops

/// What two requests must have in common to share connections.
struct DirectServer: Hashable, Sendable {
  /// A name, or an address without brackets.
  var host: String
  var port: Int
}

/// The connections of one loop: which are open, which of them wait for the next request, when each must end.
///
/// It is used on its loop alone. One timer serves all of them; it is set for the earliest end and not moved before the
/// last of the exchanges under way has finished in time, so exchanges that succeed hardly ever touch it.
final class ConnectionPool {
  /// As in the reference.
  static let idleTimeout = Duration.seconds(300)
  /// Bounds one attempt to connect; the deadline of the request usually comes earlier.
  static let connectTimeout = Duration.seconds(30)

  private let thread: LoopThread
  /// Making, kept and in use.
  private var open: [DirectConnection] = []
  /// The kept ones. The last to come is the first to go, so that those too many grow old.
  private var kept: [DirectServer: [DirectConnection]] = [:]
  private var keptCount = 0
  /// None of the kept ones has to be closed before this: to look for the first of them at each exchange would cost a
  /// thousand targets more than the exchange.
  private var idleEnd: LoopInstant?
  private var timer: (time: LoopInstant, number: UInt64)?
  private var isShutDown = false

  init(on thread: LoopThread) { self.thread = thread }

  // MARK: - Calls

  func begin(_ call: consuming DirectCall, to server: DirectServer) {
    if call.ticket.isCancelled { return end(call, by: .cancelled) }
    if isShutDown { return end(call, by: .shutDown) }
    let deadline = call.request.deadline
    if let connection = kept[server]?.popLast() {
      keptCount -= 1
      connection.begin(call)
    } else {
      let connection = DirectConnection(to: server, in: self, on: thread, for: call)
      connection.place = open.count
      open.append(connection)
      connection.connect()
    }
    wake(by: deadline)
  }

  /// Nothing happens when the call has ended by itself or not begun; one that has not begun sees its ticket.
  func cancel(_ ticket: DirectCall.Ticket) {
    open.first { $0.isBusy(with: ticket) }?.fail(DirectEnd.cancelled)
  }

  /// Ends all calls and closes all connections; later calls fail.
  func shutdown() {
    isShutDown = true
    callOffTimer()
    for connection in open { connection.fail(DirectEnd.shutDown) }
  }

  private func end(_ call: consuming DirectCall, by end: DirectEnd) {
    let outcome = call.outcome(of: end)
    call.continuation.resume(returning: outcome)
  }

  // MARK: - Connections

  /// For the next request to the same server.
  func keep(_ connection: DirectConnection) {
    guard !isShutDown else { return connection.close() }
    connection.keptUntil = .now + Self.idleTimeout
    let idleEnd = idleEnd ?? connection.keptUntil
    self.idleEnd = idleEnd
    kept[connection.server, default: []].append(connection)
    keptCount += 1
    // Without a deadline under way the timer would wake the thread for nothing.
    if keptCount == open.count { callOffTimer() }
    wake(by: idleEnd)
  }

  func forget(_ connection: DirectConnection) {
    let place = connection.place
    guard open.indices.contains(place), open[place] === connection else { return }
    let last = open.removeLast()
    if last !== connection {
      open[place] = last
      last.place = place
    }
    guard var waiting = kept[connection.server] else { return }
    let before = waiting.count
    waiting.removeAll { $0 === connection }
    keptCount -= before - waiting.count
    kept[connection.server] = waiting.isEmpty ? nil : waiting
  }

  // MARK: - Time

  /// Has the timer ring at `time` at the latest.
  private func wake(by time: LoopInstant) {
    if let timer {
      if timer.time <= time { return }
      thread.callOffTimer(timer.number)
    }
    timer = (time, thread.setTimer(at: time) { [weak self] in self?.timeHasPassed() })
  }

  private func timeHasPassed() {
    timer = nil
    let now = LoopInstant.now
    for connection in open {
      if let deadline = connection.deadline {
        if deadline <= now { connection.fail(DirectEnd.deadline) }
      } else if connection.keptUntil <= now {
        connection.close()
      }
    }
    idleEnd = open.lazy.filter { $0.deadline == nil }.map(\.keptUntil).min()
    for next in [idleEnd, open.lazy.compactMap(\.deadline).min()] { next.map(wake) }
  }

  private func callOffTimer() {
    if let timer { thread.callOffTimer(timer.number) }
    timer = nil
  }
}
