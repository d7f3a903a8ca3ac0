/// What writing a series remembers of those before.
struct WriteCursor: Sendable {
  var timestamp = TimestampVarint()
  var startTimestamp = TimestampVarint()
  /// How many bytes the length of the last series took: nearly always right for the next one.
  var seriesLengthWidth = 1
  /// Varints of the labels of the exemplars of one series, name and value in turn.
  var exemplarVarints: [UInt64] = []
  var labels = WrittenLabels()
  var metadata = WrittenMetadata()
  /// What `SymbolTable.reuseCount` was when the labels were written.
  private var reuseCount: UInt64 = 0

  /// Forgets all that may not be true of another request.
  mutating func beginRequest() {
    labels.forget()
    metadata = WrittenMetadata()
  }

  /// Forgets what was written under numbers that mean other texts now; to be called before each series.
  @inline(__always)
  mutating func prepare(reuseCount: UInt64) {
    if reuseCount == self.reuseCount { return }
    self.reuseCount = reuseCount
    beginRequest()
  }
}
