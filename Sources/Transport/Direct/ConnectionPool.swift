import NIOCore
import NIOPosix

/// What two requests must have in common to share connections.
struct DirectServer: Hashable, Sendable {
  /// A name, or an address without brackets.
  var host: String
  var port: Int
}

/// The connections of one event loop: which are open, which of them wait for the next request, when each must end.
///
/// It is used on its event loop alone. One timer serves all of them; it is set for the earliest end and not moved when an
/// exchange finishes in time, so exchanges that succeed hardly ever touch it.
final class ConnectionPool {
  let receiveBuffer: ReceiveBuffer
  private let loop: any EventLoop
  /// Making, kept and in use.
  private var open: [DirectConnection] = []
  /// The kept ones. The last to come is the first to go, so that those too many grow old.
  private var kept: [DirectServer: [DirectConnection]] = [:]
  private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
  private var isShutDown = false

  init(on loop: any EventLoop) {
    self.loop = loop
    receiveBuffer = ReceiveBuffer(on: loop)
  }

  // MARK: - Calls

  func begin(_ call: consuming DirectCall, to server: DirectServer) {
    if call.ticket.isCancelled { return end(call, by: .cancelled) }
    if isShutDown { return end(call, by: .shutDown) }
    let deadline = call.deadline
    if let connection = kept[server]?.popLast() {
      connection.begin(call)
    } else {
      connect(DirectConnection(to: server, in: self, for: call))
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
    timer?.task.cancel()
    timer = nil
    for connection in open { connection.fail(DirectEnd.shutDown) }
  }

  private func end(_ call: consuming DirectCall, by end: DirectEnd) {
    let outcome = call.outcome(of: end)
    call.continuation.resume(returning: outcome)
  }

  // MARK: - Connections

  private func connect(_ connection: DirectConnection) {
    connection.place = open.count
    open.append(connection)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(ClientKey.connectTimeout)
      // So that a channel never holds a buffer while it asks for another.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(.recvAllocator, value: SharedReceiving(receiveBuffer))
    let server = connection.server
    let channel =
      (try? SocketAddress(ipAddress: server.host, port: server.port)).map { bootstrap.connect(to: $0) }
      ?? bootstrap.connect(host: server.host, port: server.port)
    channel.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): connection.stand(on: channel)
      case .failure(let error): connection.fail(error)
      }
    }
  }

  /// For the next request to the same server.
  func keep(_ connection: DirectConnection) {
    guard !isShutDown else { return connection.close() }
    connection.keptUntil = .now() + ClientKey.idleConnectionTimeout
    kept[connection.server, default: []].append(connection)
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
    waiting.removeAll { $0 === connection }
    kept[connection.server] = waiting.isEmpty ? nil : waiting
  }

  // MARK: - Time

  /// Has the timer fire at `deadline` at the latest.
  private func wake(by deadline: NIODeadline) {
    if let timer {
      if timer.deadline <= deadline { return }
      timer.task.cancel()
    }
    timer = (deadline, loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.timeHasPassed() })
  }

  private func timeHasPassed() {
    timer = nil
    let now = NIODeadline.now()
    for connection in open {
      if let deadline = connection.deadline {
        if deadline <= now { connection.fail(DirectEnd.deadline) }
      } else if connection.keptUntil <= now {
        connection.close()
      }
    }
    if let next = open.lazy.map({ $0.deadline ?? $0.keptUntil }).min() { wake(by: next) }
  }
}
