import NIOCore
import NIOPosix
import Synchronization

/// Values that expire, each fetched by one task however many ask for it.
///
/// Who asks waits within its own deadline; the fetch has its own, so that an impatient caller does not spoil it for
/// the others.
final class SharedRenewal<Key: Hashable & Sendable, Value: Sendable & Equatable>: Sendable {
  typealias Outcome = Result<Value, TransportError>

  private struct Waiter {
    var continuation: CheckedContinuation<Outcome, Never>
    var timer: Scheduled<Void>?
  }

  private struct State {
    var table: RenewalTable<Key, Value>
    var waiting: [Key: [UInt64: Waiter]] = [:]
    var ticketsSold: UInt64 = 0
  }

  private let state: Mutex<State>
  private let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - margin: seconds before its expiry from which a value is not used any more.
  ///   - now: seconds since 1970.
  init(margin: Int64, now: @escaping @Sendable () -> Int64) {
    state = Mutex(State(table: RenewalTable(margin: margin)))
    self.now = now
  }

  /// How many wait at the moment, for tests.
  var waitingCount: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

  /// The value for `key`: the one held, or what `fetch` brings.
  ///
  /// - Parameters:
  ///   - place: for errors: who is asked for the value.
  ///   - fetch: run by a task of its own, at most one for each key at a time; it must end by itself.
  func value(
    for key: Key, place: String, deadline: NIODeadline,
    fetch: @escaping @Sendable () async -> Result<Expiring<Value>, TransportError>
  ) async throws(TransportError) -> Value {
    let (held, ticket) = state.withLock { state in
      state.ticketsSold += 1
      return (state.table.held(key, at: now()), state.ticketsSold)
    }
    if let held { return held }
    let cancelled = Outcome.failure(TransportError(.cancelled, at: place, "the request was cancelled"))
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue(continuation, for: key, ticket, fetch: fetch)
        limit(key, ticket, to: deadline, place: place)
        // The handler below may have run before there was anybody to tell.
        if Task.isCancelled { settle(key, ticket, cancelled) }
      }
    } onCancel: {
      settle(key, ticket, cancelled)
    }
    return try outcome.get()
  }

  /// See ``RenewalTable/renounce(_:_:at:)``.
  func renounce(_ key: Key, _ value: Value) -> Bool {
    state.withLock { $0.table.renounce(key, value, at: now()) }
  }

  /// Asks and takes a place in line under one lock, so that no fetch can end in between.
  private func queue(
    _ continuation: CheckedContinuation<Outcome, Never>, for key: Key, _ ticket: UInt64,
    fetch: @escaping @Sendable () async -> Result<Expiring<Value>, TransportError>
  ) {
    let step = state.withLock { state in
      let step = state.table.ask(key, at: now())
      if case .use = step { return step }
      state.waiting[key, default: [:]][ticket] = Waiter(continuation: continuation)
      return step
    }
    switch step {
    case .use(let value): continuation.resume(returning: .success(value))
    case .wait: break
    // The fetch outlives a caller that gives up, since others wait for it. It ends by its own deadline.
    case .fetch: Task { self.finish(key, await fetch()) }
    }
  }

  private func limit(_ key: Key, _ ticket: UInt64, to deadline: NIODeadline, place: String) {
    let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(deadline: deadline) {
      self.settle(
        key, ticket, .failure(TransportError(.timedOut, at: place, "no credentials came within the request's timeout")))
    }
    let isWaiting = state.withLock { state in
      state.waiting[key]?[ticket]?.timer = timer
      return state.waiting[key]?[ticket] != nil
    }
    if !isWaiting { timer.cancel() }
  }

  private func settle(_ key: Key, _ ticket: UInt64, _ outcome: Outcome) {
    let waiter = state.withLock { $0.waiting[key]?.removeValue(forKey: ticket) }
    waiter?.timer?.cancel()
    waiter?.continuation.resume(returning: outcome)
  }

  private func finish(_ key: Key, _ result: Result<Expiring<Value>, TransportError>) {
    let waiting = state.withLock { state in
      state.table.fetched(key, try? result.get())
      return state.waiting.removeValue(forKey: key) ?? [:]
    }
    for waiter in waiting.values {
      waiter.timer?.cancel()
      waiter.continuation.resume(returning: result.map(\.value))
    }
  }
}
