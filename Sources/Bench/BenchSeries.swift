/// Several agents under several workloads, round by round.
public struct BenchSeries: Sendable {
  public struct Outcome: Sendable {
    public var measurements: [Measurement] = []
    /// How many measurements came to nothing.
    public var failures = 0
  }

  public var course: BenchCourse
  public var workloads: [Workload]
  public var contestants: [Contestant]
  /// Whether a workload is run with its own choice of agents alone.
  public var onlyDefaults: Bool

  public init(course: BenchCourse, workloads: [Workload], contestants: [Contestant], onlyDefaults: Bool) {
    self.course = course
    self.workloads = workloads
    self.contestants = contestants
    self.onlyDefaults = onlyDefaults
  }

  /// Measures until all is done or the task is cancelled. Agents alternate within a round, so that what changes on the
  /// machine meets all of them.
  ///
  /// - Parameter note: is told what happens, a line at a time.
  public func run(note: @Sendable (String) -> Void) async -> Outcome {
    var outcome = Outcome()
    for workload in workloads {
      let entrants = contestants.filter { contestant in
        if onlyDefaults && !workload.contestants.contains(contestant.kind) { return false }
        guard let reason = workload.exclusion(of: contestant.kind) else { return true }
        note("\(workload.name): without \(contestant.kind.rawValue), for \(reason)")
        return false
      }
      let turns = Turn.all(of: workload, entrants)
      for round in 1...max(1, workload.rounds) {
        for turn in turns {
          if Task.isCancelled { return outcome }
          do {
            var one = try await course.measure(turn.contestant, turn.workload, round: round)
            (one.workload, one.agent) = (workload.name, turn.name)
            outcome.measurements.append(one)
            note(
              "\(workload.name) \(round)/\(workload.rounds) \(one.agent): "
                + "\(Int(one.samplesPerCPUSecond)) samples/CPU s, \(Int(one.residentMebibytes.rounded())) MiB")
          } catch {
            if Task.isCancelled { return outcome }
            outcome.failures += 1
            note("\(workload.name) \(round)/\(workload.rounds) \(turn.name): \(error)")
          }
        }
      }
    }
    return outcome
  }

  /// What is measured once in each round of a workload.
  struct Turn: Equatable {
    var contestant: Contestant
    var workload: Workload
    /// What the figures are filed under: the agent, and the baseline where that is what was run.
    var name: String

    /// The turns of a round: Godwit under the baseline, if there is one, right behind Godwit.
    static func all(of workload: Workload, _ entrants: [Contestant]) -> [Turn] {
      entrants.flatMap { contestant in
        let own = Turn(contestant: contestant, workload: workload, name: contestant.kind.rawValue)
        guard contestant.kind == .godwit, let name = workload.baseline, var baseline = Workload.named(name) else {
          return [own]
        }
        baseline.windowSeconds = workload.windowSeconds
        return [own, Turn(contestant: contestant, workload: baseline, name: "\(own.name), \(baseline.name)")]
      }
    }
  }
}
