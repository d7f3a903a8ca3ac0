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

  /// How many timestamps are remembered to tell a repetition from a late sample, where not all are. One older than all
  /// of them counts as out of order, for nothing better can be said.
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
  /// Every timestamp that came, where all are to be remembered; else nil.
  private var timestampsMs: TimestampSet?

  init(keyStart: Int, keyCount: Int, hash: Int, keepsAllTimestamps: Bool) {
    self.keyStart = keyStart
    self.keyCount = keyCount
    self.hash = hash
    timestampsMs = keepsAllTimestamps ? TimestampSet() : nil
  }

  /// - Complexity: O(1) for a newer point, else O(`recentTimestampsMax`), or O(log n) where all n are remembered.
  func placement(timestampMs: Int64, value: Double) -> Placement {
    if sampleCount + histogramCount == 0 || timestampMs > lastTimestampMs { return .newest }
    if timestampMs == lastTimestampMs {
      return .repeated(changesValue: value.bitPattern != lastValue.bitPattern)
    }
    let isKnown = timestampsMs?.contains(timestampMs) ?? recentTimestampsMs.contains(timestampMs)
    return isKnown ? .repeated(changesValue: false) : .outOfOrder
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
    if timestampsMs != nil {
      timestampsMs?.insert(timestampMs)
    } else if recentTimestampsMs.count < Self.recentTimestampsMax {
      recentTimestampsMs.append(timestampMs)
    } else {
      recentTimestampsMs[recentCursor] = timestampMs
      recentCursor = (recentCursor + 1) % Self.recentTimestampsMax
    }
  }
}
