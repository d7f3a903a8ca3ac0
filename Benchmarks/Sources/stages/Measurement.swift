import CMeasuring
import PipelineStages

/// What some rounds of a stage took.
struct Measurement {
  var work: StageWork
  /// Each round's time.
  var nanoseconds: [Double] = []
  var allocations: UInt64 = 0
  var allocatedBytes: UInt64 = 0

  /// Runs `rounds` rounds, after some that are not measured: what a stage remembers has its size then.
  init(of name: StageName, series: Int, rounds: Int, warming: Int) throws {
    let run = Run(try name.stage(series: series))
    work = run.stage.work
    for _ in 0..<warming {
      try run.stage.prepare()
      try run.stage.run()
    }
    let clock = ContinuousClock()
    nanoseconds.reserveCapacity(rounds)
    for _ in 0..<rounds {
      try run.stage.prepare()
      let (before, begin) = (allocations_so_far(), clock.now)
      // `run` is held by this function for the call, during which alone the pointer is used.
      measured_round(Run.round, Unmanaged.passUnretained(run).toOpaque())
      let (end, after) = (clock.now, allocations_so_far())
      if let failure = run.failure { throw failure }
      nanoseconds.append((end - begin) / .nanoseconds(1))
      allocations += after.count - before.count
      allocatedBytes += after.bytes - before.bytes
    }
  }

  /// The median round's.
  var nanosecondsPerSample: Double {
    nanoseconds.sorted()[nanoseconds.count / 2] / Double(work.samples)
  }

  /// 10⁶ bytes per second, in the median round.
  var megabytesPerSecond: Double {
    Double(work.bytes) * 1000 / nanoseconds.sorted()[nanoseconds.count / 2]
  }

  var allocationsPerSample: Double { Double(allocations) / Double(work.samples * nanoseconds.count) }
  var allocatedBytesPerSample: Double { Double(allocatedBytes) / Double(work.samples * nanoseconds.count) }
  var bytesPerSample: Double { Double(work.bytes) / Double(work.samples) }
}

/// A stage under way, and why it ended early.
private final class Run {
  var stage: any Stage
  var failure: (any Error)?

  init(_ stage: any Stage) { self.stage = stage }

  static let round: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    guard let context else { return }
    // Whoever measures passes a run that lives until this has returned.
    let run = Unmanaged<Run>.fromOpaque(context).takeUnretainedValue()
    do { try run.stage.run() } catch { run.failure = error }
  }
}
