import MetricModel
import Synchronization

/// Emptied batches for the next scrape, whoever's it is.
///
/// A batch is in use from the page's first line to the log's answer, which is one stretch on one thread, so there are as
/// many as threads and not as many as targets: the columns are still in the processor's caches, and a series costs no
/// memory here.
///
/// - Complexity: one uncontended lock for each scrape on either side.
final class SpareBatches: Sendable {
  /// More than the threads that scrape.
  static let countMax = 8
  /// A batch of more floats gives its memory back: 1.3 MB.
  static let floatsMax = 1 << 16

  private let batches = Mutex<[SampleBatch]>([])

  /// An empty batch.
  func take() -> SampleBatch { batches.withLock { $0.popLast() } ?? SampleBatch() }

  /// Takes a batch back and empties it.
  func put(_ batch: consuming SampleBatch) {
    guard batch.floatCount <= Self.floatsMax else { return }
    batch.removeAll()
    let emptied = batch
    batches.withLock { if $0.count < Self.countMax { $0.append(emptied) } }
  }
}
