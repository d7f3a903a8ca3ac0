public import Settings
import Synchronization

/// What the scheduler did, for metrics.
public enum DiscoveryNote: Hashable, Sendable {
  /// A source had something new.
  case received(job: String)
  /// It waits for the job's turn.
  case delayed(job: String)
  /// A job was handed all that is known, so many addresses.
  case handedOver(job: String, targets: Int)
}

/// Runs the sources of all jobs and hands each job what they know, when ``UpdateSchedule`` says so.
///
///     let scheduler = DiscoveryScheduler(note: { note in … })
///     scheduler.run("node", sources: [.init(key: settings, make: { source })], apply: { groups in … })
///     scheduler.end("node")
///
/// A job that is given other sources keeps those that it had with the same key running, with what they know, so that a
/// reload loses no targets of a source that does not answer just then.
public final class DiscoveryScheduler: Sendable {
  /// A source that is made when there is none with its key yet.
  public struct Source: Sendable {
    /// What it was made from; equal keys mean equal sources.
    public var key: DiscoverySettings
    public var make: @Sendable () -> any DiscoverySource
    public init(key: DiscoverySettings, make: @escaping @Sendable () -> any DiscoverySource) {
      self.key = key
      self.make = make
    }
  }

  private struct Running {
    var key: DiscoverySettings
    /// Unique in the life of the scheduler.
    var number: Int
    var reader: Task<Void, Never>
    /// The newest snapshot; nil before the first.
    var groups: [String: [TargetGroup]]?
  }

  private struct Job {
    /// In the order of the configuration.
    var sources: [Running]
    var apply: @Sendable ([TargetGroup]) -> Void

    var groups: [TargetGroup] {
      sources.flatMap { ($0.groups ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value) }
    }
  }

  private struct State {
    var jobs: [String: Job] = [:]
    var schedule: UpdateSchedule
    var sourceCount = 0
    /// Wakes the schedule when something waits.
    var alarm: Task<Void, Never>?
  }

  /// What there is to do after the lock is let go.
  private struct HandOver {
    var job: String
    var groups: [TargetGroup]
    var apply: @Sendable ([TargetGroup]) -> Void
  }

  private let clock: any Clock<Duration>
  private let elapsed: @Sendable () -> Duration
  private let note: @Sendable (DiscoveryNote) -> Void
  private let state: Mutex<State>
  /// Hand-overs happen one after the other, so that an older one cannot overtake a newer.
  private let handing = Mutex(())

  public convenience init(
    interval: Duration = UpdateSchedule.interval, note: @escaping @Sendable (DiscoveryNote) -> Void
  ) {
    self.init(interval: interval, clock: ContinuousClock(), note: note)
  }

  public init(
    interval: Duration, clock: some Clock<Duration>, note: @escaping @Sendable (DiscoveryNote) -> Void
  ) {
    let start = clock.now
    self.clock = clock
    elapsed = { start.duration(to: clock.now) }
    self.note = note
    state = Mutex(State(schedule: UpdateSchedule(interval: interval)))
  }

  /// Makes `sources` those of the job. What is known from those it keeps is handed over at once.
  ///
  /// - Parameter apply: called with all groups of the job whenever they changed; never twice at once.
  public func run(_ job: String, sources: [Source], apply: @escaping @Sendable ([TargetGroup]) -> Void) {
    handing.withLock { _ in
      let (known, ended) = state.withLock { state in
        var old = state.jobs[job]?.sources ?? []
        var running: [Running] = []
        for source in sources {
          if let index = old.firstIndex(where: { $0.key == source.key }) {
            running.append(old.remove(at: index))
          } else {
            state.sourceCount += 1
            let number = state.sourceCount
            running.append(Running(key: source.key, number: number, reader: read(source, number, of: job)))
          }
        }
        let new = Job(sources: running, apply: apply)
        state.jobs[job] = new
        _ = state.schedule.take(.replaced(job: job), now: elapsed())
        // Kept sources have been heard; their next word waits its turn.
        for source in running where source.groups != nil {
          _ = state.schedule.take(.update(job: job, source: source.number), now: elapsed())
        }
        return (running.contains { $0.groups != nil } ? new.groups : nil, old)
      }
      for source in ended { source.reader.cancel() }
      if let known { hand(HandOver(job: job, groups: known, apply: apply)) }
    }
  }

  /// Ends the sources of a job. Nothing is handed to it afterwards.
  public func end(_ job: String) {
    handing.withLock { _ in
      let ended = state.withLock { state in
        _ = state.schedule.take(.removed(job: job), now: elapsed())
        return state.jobs.removeValue(forKey: job)?.sources ?? []
      }
      for source in ended { source.reader.cancel() }
    }
  }

  public func endAll() {
    for job in state.withLock({ Array($0.jobs.keys) }) { end(job) }
    state.withLock { $0.alarm?.cancel() }
  }

  private func read(_ source: Source, _ number: Int, of job: String) -> Task<Void, Never> {
    Task {
      for await groups in source.make().updates() {
        note(.received(job: job))
        let isKnown = state.withLock { state in
          guard let index = state.jobs[job]?.sources.firstIndex(where: { $0.number == number }) else { return false }
          state.jobs[job]?.sources[index].groups = groups
          return true
        }
        if isKnown { decide(.update(job: job, source: number)) }
      }
    }
  }

  private func decide(_ event: UpdateSchedule.Event) {
    handing.withLock { _ in
      let (decision, due) = state.withLock { state in
        let decision = state.schedule.take(event, now: elapsed())
        state.alarm?.cancel()
        state.alarm = decision.wakeAt.map { wake(in: $0 - elapsed()) }
        let due = decision.due.compactMap { name in
          state.jobs[name].map { HandOver(job: name, groups: $0.groups, apply: $0.apply) }
        }
        return (decision, due)
      }
      if decision.isDelayed, case .update(let job, _) = event { note(.delayed(job: job)) }
      for handOver in due { hand(handOver) }
    }
  }

  private func hand(_ handOver: HandOver) {
    note(.handedOver(job: handOver.job, targets: handOver.groups.reduce(0) { $0 + $1.addresses.count }))
    handOver.apply(handOver.groups)
  }

  private func wake(in duration: Duration) -> Task<Void, Never> {
    Task { [weak self, clock] in
      guard (try? await clock.sleep(for: duration)) != nil else { return }
      self?.decide(.timePassed)
    }
  }
}
