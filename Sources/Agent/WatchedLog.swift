import MetricModel
import Synchronization

/// The log as the agent's sources of samples see it: what is not taken is counted, and a log that cannot be written is
/// a trouble until it can.
final class WatchedLog: SampleSink {
  /// How long no write may have failed before the trouble is over: on a disk that is all but full a small batch finds
  /// room now and then between large ones that do not.
  static let calm: Duration = .seconds(5)

  private struct State {
    var samplesNotTaken: [SampleSinkError.Reason: UInt64] = [:]
    var lastFailure: ContinuousClock.Instant?
    var hasTakenSince = false
  }

  private let log: any SampleSink
  private let troubles: Troubles
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())
  /// Whether `lastFailure` is set: all that a batch looks at while everything is well.
  private let isFailing = Atomic(false)
  private let histograms = Atomic<UInt64>(0)
  private let exemplars = Atomic<UInt64>(0)

  init(
    _ log: any SampleSink, troubles: Troubles, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.log = log
    self.troubles = troubles
    self.now = now
  }

  /// Since the start, by reason.
  var samplesNotTaken: [SampleSinkError.Reason: UInt64] { state.withLock { $0.samplesNotTaken } }

  /// Native histograms and exemplars taken since the start. The log itself counts samples of both kinds together.
  var histogramsTaken: UInt64 { histograms.load(ordering: .relaxed) }
  var exemplarsTaken: UInt64 { exemplars.load(ordering: .relaxed) }

  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    do {
      try log.take(batch, lane: lane)
    } catch {
      note(error, samples: batch.sampleCount)
      throw error
    }
    noteTaken(batch)
  }

  func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    do {
      try log.take(batches)
    } catch {
      // Where several are too large together, each is brought by itself.
      if error.reason == .tooLarge && batches.count > 1 { throw error }
      note(error, samples: batches.reduce(0) { $0 + $1.batch.sampleCount })
      throw error
    }
    for part in batches { noteTaken(part.batch) }
  }

  private func noteTaken(_ batch: borrowing SampleBatch) {
    if !batch.histograms.isEmpty { histograms.wrappingAdd(UInt64(batch.histograms.count), ordering: .relaxed) }
    let exemplarCount = batch.exemplars.count + batch.histogramExemplars.count
    if exemplarCount > 0 { exemplars.wrappingAdd(UInt64(exemplarCount), ordering: .relaxed) }
    if isFailing.load(ordering: .relaxed) { state.withLock { $0.hasTakenSince = true } }
  }

  private func note(_ error: SampleSinkError, samples: Int) {
    let isDisk = error.reason == .disk || error.reason == .diskFull
    state.withLock { state in
      state.samplesNotTaken[error.reason, default: 0] += UInt64(samples)
      guard isDisk else { return }
      state.lastFailure = now()
      state.hasTakenSince = false
      isFailing.store(true, ordering: .relaxed)
    }
    guard isDisk else { return }
    if error.reason == .diskFull {
      troubles.raise(
        .logNotWriting, "The disk of the log is full: samples are not taken", evidence: error.description,
        fix: "free space there, or bound the log with --storage.log.max-bytes; it goes on by itself")
    } else {
      troubles.raise(
        .logNotWriting, "The log cannot be written: samples are not taken", evidence: error.description,
        fix: "check the disk and that this user may write to it; it goes on by itself")
    }
  }

  /// Ends the trouble, if writing has worked for long enough. Called at intervals.
  func settle() {
    guard isFailing.load(ordering: .relaxed) else { return }
    let isOver = state.withLock { state in
      guard state.hasTakenSince, let last = state.lastFailure, now() - last >= Self.calm else { return false }
      state.lastFailure = nil
      isFailing.store(false, ordering: .relaxed)
      return true
    }
    if isOver { troubles.clear(.logNotWriting) }
  }
}
