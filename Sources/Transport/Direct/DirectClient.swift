import NIOCore
import NIOPosix
import Synchronization

/// HTTP/1.1 over connections of our own, for servers that are asked directly and without TLS.
///
/// A request goes out on the event loop that its task runs on: then nothing is handed from thread to thread, from the
/// first byte to the last. A task that runs elsewhere is served by the loop that the server's name chooses, so that its
/// connections are found again.
final class DirectClient: Sendable {
  private typealias Pool = NIOLoopBoundBox<ConnectionPool>

  private struct State {
    /// One for each event loop that was asked from, by the loop's identity.
    var pools: [ObjectIdentifier: (loop: any EventLoop, pool: Pool)] = [:]
    var isShutDown = false
  }

  private let loops: [any EventLoop]
  private let state = Mutex(State())

  /// - Parameter group: serves tasks that do not run on an event loop.
  init(_ group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
    loops = Array(group.makeIterator())
  }

  /// One request and its answer, which has come as a whole.
  func send(_ request: DirectRequest, to server: DirectServer) async throws(TransportError) -> HTTPResponse {
    let ticket = DirectCall.Ticket()
    let own = MultiThreadedEventLoopGroup.currentEventLoop
    let loop = own ?? self.loop(of: server)
    guard let pool = pool(on: loop) else {
      throw TransportError(.shutDown, at: request.place, "the transport was shut down")
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if own != nil {
          pool.value.begin(DirectCall(request, ticket: ticket, continuation: continuation), to: server)
        } else {
          loop.execute {
            pool.value.begin(DirectCall(request, ticket: ticket, continuation: continuation), to: server)
          }
        }
      }
    } onCancel: {
      // First the ticket: a call that has not begun yet sees it, one that has is found by what follows.
      ticket.cancel()
      loop.execute { pool.value.cancel(ticket) }
    }
    return try outcome.get()
  }

  /// Closes all connections; what is under way fails, and so does what comes later.
  func shutdown() {
    let pools = state.withLock { state in
      state.isShutDown = true
      defer { state.pools.removeAll() }
      return Array(state.pools.values)
    }
    for (loop, pool) in pools { loop.execute { pool.value.shutdown() } }
  }

  private func loop(of server: DirectServer) -> any EventLoop {
    loops[Int(UInt(bitPattern: server.hashValue) % UInt(loops.count))]
  }

  /// nil after the end.
  private func pool(on loop: any EventLoop) -> Pool? {
    state.withLock { state in
      if let known = state.pools[ObjectIdentifier(loop)] { return known.pool }
      if state.isShutDown { return nil }
      let pool = Pool.makeBoxSendingValue(ConnectionPool(on: loop), eventLoop: loop)
      state.pools[ObjectIdentifier(loop)] = (loop, pool)
      return pool
    }
  }
}
