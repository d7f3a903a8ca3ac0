import MetricModel

/// What is remembered of one series.
struct SeriesRecord: Sendable {
  /// How a point in time stands to those that came before it.
  enum Placement: Hashable {
    /// Newer than all before.
    case newest
    /// The same time came before. `changesValue` when it was the newest, with another value.
    case repeated(changesValue: Bool)
    /// Older than the newest, and not known to have come before.
    case outOfOrder
  }

  /// How many timestamps are remembered to tell a repetition from a late sample. One older than all of them counts as
  /// out of order, for nothing better can be said.
  static let recentTimestampsMax = 64

  var keyStart: Int
  var keyCount: Int
  var hash: Int

  private(set) var firstTimestampMs = Int64.max
  private(set) var lastTimestampMs = Int64.min
  /// The value at `lastTimestampMs`; of a histogram its sum.
  private(set) var lastValue = 0.0
  private(set) var lastIsHistogram = false
  private(set) var sampleCount = 0
  private(set) var histogramCount = 0
  private(set) var duplicateCount = 0
  private(set) var outOfOrderCount = 0
  private(set) var staleMarkerCount = 0
  var exemplarCount = 0
  var metadata = MetricMetadata.none

  private var recentTimestampsMs: [Int64] = []
  private var recentCursor = 0

  init(keyStart: Int, keyCount: Int, hash: Int) {
    self.keyStart = keyStart
    self.keyCount = keyCount
    self.hash = hash
  }

  /// - Complexity: O(1) for a newer point, else O(`recentTimestampsMax`).
  func placement(timestampMs: Int64, value: Double) -> Placement {
    if recentTimestampsMs.isEmpty || timestampMs > lastTimestampMs { return .newest }
    if timestampMs == lastTimestampMs {
      return .repeated(changesValue: value.bitPattern != lastValue.bitPattern)
    }
    return recentTimestampsMs.contains(timestampMs) ? .repeated(changesValue: false) : .outOfOrder
  }

  /// Takes in a point whose place is `placement`.
  mutating func take(timestampMs: Int64, value: Double, isHistogram: Bool, at placement: Placement) {
    if isHistogram { histogramCount += 1 } else { sampleCount += 1 }
    if SpecialNaN.isStaleMarker(value) { staleMarkerCount += 1 }
    switch placement {
    case .newest:
      lastTimestampMs = timestampMs
      lastValue = value
      lastIsHistogram = isHistogram
      remember(timestampMs)
    case .repeated: duplicateCount += 1
    case .outOfOrder:
      outOfOrderCount += 1
      remember(timestampMs)
    }
    firstTimestampMs = min(firstTimestampMs, timestampMs)
  }

  private mutating func remember(_ timestampMs: Int64) {
    if recentTimestampsMs.count < Self.recentTimestampsMax {
      recentTimestampsMs.append(timestampMs)
    } else {
      recentTimestampsMs[recentCursor] = timestampMs
      recentCursor = (recentCursor + 1) % Self.recentTimestampsMax
    }
  }
}
