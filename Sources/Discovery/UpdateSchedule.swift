/// Decides when what discovery found is handed to scraping: gathered, and for each job at most once in an interval.
///
///     var schedule = UpdateSchedule()
///     let decision = schedule.take(.update(job: "node", source: 0), now: now)
///     for job in decision.due { … }
///     if let time = decision.wakeAt { … }      // take(.timePassed, now: time)
///
/// What a source says for the first time is due at once, so that a start does not wait; what it says later waits until
/// the job's last hand-over is an interval ago. Times are durations since any fixed point.
public struct UpdateSchedule: Sendable {
  public enum Event: Hashable, Sendable {
    /// A source of the job has a new snapshot.
    case update(job: String, source: Int)
    /// The job is new or has other sources. What is known of it is due at once.
    case replaced(job: String)
    case removed(job: String)
    case timePassed
  }

  public struct Decision: Hashable, Sendable {
    /// The jobs to hand over now, sorted.
    public var due: [String] = []
    /// When to come again with `timePassed`; nil when nothing waits.
    public var wakeAt: Duration?
    /// The update has to wait.
    public var isDelayed = false
  }

  private struct Job {
    var sourcesHeard: Set<Int> = []
    var lastHandOver: Duration?
    var waits = false
  }

  /// As the reference has it.
  public static let interval = Duration.seconds(5)

  private let interval: Duration
  private var jobs: [String: Job] = [:]

  public init(interval: Duration = UpdateSchedule.interval) { self.interval = interval }

  /// - Complexity: O(jobs).
  public mutating func take(_ event: Event, now: Duration) -> Decision {
    var decision = Decision()
    switch event {
    case .update(let name, let source):
      // One that was removed in the meantime.
      guard var job = jobs[name] else { break }
      let isFirst = job.sourcesHeard.insert(source).inserted
      let isFree = job.lastHandOver.map { now - $0 >= interval } ?? true
      if isFirst || isFree {
        job.lastHandOver = now
        job.waits = false
        decision.due = [name]
      } else {
        decision.isDelayed = true
        job.waits = true
      }
      jobs[name] = job
    case .replaced(let name): jobs[name] = Job()
    case .removed(let name): jobs[name] = nil
    case .timePassed: break
    }
    for (name, job) in jobs where job.waits {
      let due = (job.lastHandOver ?? now) + interval
      if due <= now {
        jobs[name]?.waits = false
        jobs[name]?.lastHandOver = now
        decision.due.append(name)
      } else {
        decision.wakeAt = min(decision.wakeAt ?? due, due)
      }
    }
    decision.due.sort()
    return decision
  }
}
