import EventLoops
import Synchronization

/// HTTP/1.1 over connections of our own, for servers that are asked directly and without TLS.
///
/// A request goes out on the loop that its task runs on: then nothing is handed from thread to thread, from the first
/// byte to the last. A task that runs elsewhere is served by the loop that the server's name chooses, so that its
/// connections are found again.
final class DirectClient: Sendable {
  private typealias Pool = LoopBound<ConnectionPool>

  private struct State {
    /// One for each loop that was asked from, by the loop's identity.
    var pools: [ObjectIdentifier: (thread: LoopThread, pool: Pool)] = [:]
    var isShutDown = false
  }

  private let threads: LoopThreads
  private let state = Mutex(State())

  /// - Parameter threads: serve tasks that run on no loop.
  init(_ threads: LoopThreads = .shared) { self.threads = threads }

  /// One request and its answer, which has come as a whole.
  func send(_ request: DirectRequest, to server: DirectServer) async throws(TransportError) -> HTTPResponse {
    let ticket = DirectCall.Ticket()
    let thread = LoopThread.current ?? threads[server.hashValue]
    guard let pool = pool(on: thread) else {
      throw TransportError(.shutDown, at: request.collection.place, "the transport was shut down")
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        thread.perform {
          pool.value.begin(DirectCall(request, ticket: ticket, continuation: continuation), to: server)
        }
      }
    } onCancel: {
      // First the ticket: a call that has not begun yet sees it, one that has is found by what follows.
      ticket.cancel()
      thread.perform { pool.value.cancel(ticket) }
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
    for (thread, pool) in pools { thread.perform { pool.value.shutdown() } }
  }

  /// nil after the end.
  private func pool(on thread: LoopThread) -> Pool? {
    state.withLock { state in
      if let known = state.pools[ObjectIdentifier(thread)] { return known.pool }
      if state.isShutDown { return nil }
      let pool = Pool(ConnectionPool(on: thread), to: thread)
      state.pools[ObjectIdentifier(thread)] = (thread, pool)
      return pool
    }
  }
}
