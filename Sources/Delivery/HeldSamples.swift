/// What a shard has read from the log and not settled.
struct HeldSamples: Sendable, Equatable {
  /// When the oldest of its records was appended; nil if it holds nothing.
  var oldestMs: Int64?
  /// Of its samples the histograms; and exemplars, which are no samples. What they are shows when they are read, so
  /// those that wait in the log unread are in neither figure.
  var histograms: Int
  var exemplars: Int
}
