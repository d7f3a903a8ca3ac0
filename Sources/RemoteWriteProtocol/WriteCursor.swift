/// The series written so far, and what writing the next one remembers of them.
struct WriteCursor: Sendable {
  var buffer = WireBuffer()
  var timestamp = TimestampVarint()
  var startTimestamp = TimestampVarint()
  /// How many bytes the length of the last series took: nearly always right for the next one.
  var seriesLengthWidth = 1
  /// Varints of the labels of the exemplars of one series, name and value in turn.
  var exemplarVarints: [UInt64] = []

  /// Where a 2.0 series resembles the one before it; ascending.
  private(set) var resemblances: [Resemblance] = []
  /// Where the last series begins, and its samples.
  private var seriesStart = -1
  private var samplesStart = 0
  /// The distance in force at the end of `resemblances`.
  private var distance = 0

  /// Begins another request and keeps the memory.
  mutating func removeAll() {
    buffer.removeAll()
    resemblances.removeAll(keepingCapacity: true)
    seriesStart = -1
    distance = 0
  }

  /// Notes a series that was written: it resembles the one before at its beginning, and again at its samples.
  @inline(__always)
  mutating func note(series start: Int, samples: Int) {
    if seriesStart >= 0 {
      resemble(start, seriesStart)
      resemble(samples, samplesStart)
    }
    seriesStart = start
    samplesStart = samples
  }

  @inline(__always)
  private mutating func resemble(_ position: Int, _ earlier: Int) {
    if position - earlier == distance { return }
    distance = position - earlier
    // A request that does not fit into 32 bits cannot be sent, and is not packed.
    resemblances.append(
      Resemblance(
        position: UInt32(truncatingIfNeeded: position), distance: UInt32(truncatingIfNeeded: distance)))
  }
}
