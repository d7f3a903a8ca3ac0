public import MetricModel
import Synchronization

/// Whether the log may take samples. Whoever watches the log's bounds closes and opens it; every batch asks it once.
public final class LogGate: Sendable {
  private let refusal = Mutex<String?>(nil)

  public init() {}

  /// Lets nothing in from now on.
  ///
  /// - Parameter sentence: which bound was reached and what to do; whoever brings samples is told it.
  public func close(_ sentence: String) { refusal.withLock { $0 = sentence } }

  public func open() { refusal.withLock { $0 = nil } }

  /// Returns if the log may take a batch.
  ///
  /// - Complexity: one uncontended lock, no allocation while it is open.
  public func check() throws(SampleSinkError) {
    if let sentence = refusal.withLock({ $0 }) { throw SampleSinkError(.full, sentence) }
  }
}
