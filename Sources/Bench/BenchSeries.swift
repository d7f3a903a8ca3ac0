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
      for round in 1...max(1, workload.rounds) {
        for entrant in entrants {
          if Task.isCancelled { return outcome }
          do {
            let one = try await course.measure(entrant, workload, round: round)
            outcome.measurements.append(one)
            note(
              "\(workload.name) \(round)/\(workload.rounds) \(one.agent): "
                + "\(Int(one.samplesPerCPUSecond)) samples/CPU s, \(Int(one.residentMebibytes.rounded())) MiB")
          } catch {
            if Task.isCancelled { return outcome }
            outcome.failures += 1
            note("\(workload.name) \(round)/\(workload.rounds) \(entrant.kind.rawValue): \(error)")
          }
        }
      }
    }
    return outcome
  }
}
