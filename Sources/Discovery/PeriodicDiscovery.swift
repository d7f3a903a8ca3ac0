public import Settings

/// A source that is asked at an interval: the seam for every mechanism that has no notifications.
///
///     let source = PeriodicDiscovery(
///       parts: ["http://inventory/targets"], interval: .seconds(60), ask: { url in … }, report: { event in … })
///     for await snapshot in source.updates() { … }
///
/// A mechanism is its `ask`: it turns a part of what it was configured with (a URL, a name) into groups or says why
/// that was not possible.
public struct PeriodicDiscovery: DiscoverySource {
  public typealias Ask = @Sendable (_ part: String) async -> Result<[TargetGroup], DiscoveryFailure>

  /// Parts that are asked for at once at most.
  public static let asksMax = 8

  private let parts: [String]
  private let interval: Duration
  private let clock: any Clock<Duration>
  private let ask: Ask
  private let report: @Sendable (RefreshEvent) -> Void

  /// - Parameters:
  ///   - parts: what to ask for in each round; one that stands twice is asked for once.
  ///   - interval: from the beginning of a round to that of the next; a round that takes longer is followed at once.
  ///   - report: called once for each event, in order.
  public init(
    parts: [String], interval: Duration, clock: any Clock<Duration> = ContinuousClock(), ask: @escaping Ask,
    report: @escaping @Sendable (RefreshEvent) -> Void
  ) {
    var seen = Set<String>()
    self.parts = parts.filter { seen.insert($0).inserted }
    self.interval = interval
    self.clock = clock
    self.ask = ask
    self.report = report
  }

  public func updates() -> AsyncStream<[String: [TargetGroup]]> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        await run(clock, deliver: { continuation.yield($0) })
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func run<Time: Clock<Duration>>(_ clock: Time, deliver: ([String: [TargetGroup]]) -> Void) async {
    var state = RefreshState()
    while true {
      let start = clock.now
      let answers = await round()
      // What was asked for while everything ends says nothing about the source.
      if Task.isCancelled { return }
      var failures = 0
      for (part, answer) in answers {
        if case .failure = answer { failures += 1 }
        if let event = state.take(part, answer) { report(event) }
      }
      if let snapshot = state.changedSnapshot() { deliver(snapshot) }
      report(.refreshed(took: start.duration(to: clock.now), failures: failures))
      // Cancellation is the only thing that ends a sleep early.
      guard (try? await clock.sleep(until: start.advanced(by: interval), tolerance: nil)) != nil else { return }
    }
  }

  /// Asks for all parts; the answers in the order of the parts.
  private func round() async -> [(part: String, answer: Result<[TargetGroup], DiscoveryFailure>)] {
    await withTaskGroup(of: (Int, Result<[TargetGroup], DiscoveryFailure>).self) { group in
      var answers: [Int: Result<[TargetGroup], DiscoveryFailure>] = [:]
      for (index, part) in parts.enumerated() {
        if index >= Self.asksMax, let (done, answer) = await group.next() { answers[done] = answer }
        group.addTask { [ask] in (index, await ask(part)) }
      }
      for await (done, answer) in group { answers[done] = answer }
      return parts.enumerated().compactMap { index, part in answers[index].map { (part, $0) } }
    }
  }
}
