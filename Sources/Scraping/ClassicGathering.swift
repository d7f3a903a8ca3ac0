import MetricModel

/// Which lines of a text page are the series of a classic histogram that is to be converted, and the histogram being
/// gathered: its series stand together.
struct ClassicGathering {
  struct Part {
    enum Kind { case bucket, count, sum }
    var kind: Kind
    /// Of a bucket.
    var bound: Double
    /// The line of the converted series.
    var histogram: UInt32
  }

  /// By line; short when the last lines have none.
  private var parts: [Part?] = []
  /// How many parts each converted line has.
  private var partCounts: [UInt32: Int] = [:]

  private(set) var line = LineCache.none
  /// A part of the histogram being gathered.
  private(set) var partLine = LineCache.none
  /// A part of the histogram finished last, and that one's place in the batch.
  var finished: (partLine: UInt32, index: Int)?
  private(set) var histogram = ClassicHistogram()
  private(set) var timestampMs: Int64?
  private(set) var exemplars: [Exemplar] = []

  /// What a series is for a histogram to be converted; nil if it is no part of one.
  static func part(of role: SeriesRole, _ type: MetricMetadata.MetricType) -> (kind: Part.Kind, bound: Double)? {
    guard type == .histogram else { return nil }
    switch role.part {
    case .bucket(let bound): return (.bucket, bound)
    case .count: return (.count, 0)
    case .sum: return (.sum, 0)
    case .value, .created: return nil
    }
  }

  func part(of line: UInt32) -> Part? { Int(line) < parts.count ? parts[Int(line)] : nil }

  /// Whether the line is a converted one that still has parts.
  func needs(_ line: UInt32) -> Bool { !partCounts.isEmpty && partCounts[line] != nil }

  mutating func set(_ part: Part, for line: UInt32) {
    forget(line)
    while parts.count <= Int(line) { parts.append(nil) }
    parts[Int(line)] = part
    partCounts[part.histogram, default: 0] += 1
  }

  mutating func forget(_ line: UInt32) {
    guard let part = part(of: line) else { return }
    parts[Int(line)] = nil
    let count = (partCounts[part.histogram] ?? 1) - 1
    partCounts[part.histogram] = count > 0 ? count : nil
  }

  /// Adds a sample to the histogram being gathered, which is the part's.
  mutating func add(_ part: Part, of partLine: UInt32, _ value: Double, _ shownTimestamp: Int64?, _ exemplar: Exemplar?)
  {
    line = part.histogram
    self.partLine = partLine
    timestampMs = shownTimestamp ?? timestampMs
    switch part.kind {
    case .bucket: histogram.setBucket(upTo: part.bound, value)
    case .count: histogram.setCount(value)
    case .sum: histogram.sum = value
    }
    // A histogram has many exemplars, which only their times tell apart.
    if let exemplar, exemplar.timestampMs != nil { exemplars.append(exemplar) }
  }

  /// Begins anew.
  mutating func reset() {
    line = LineCache.none
    timestampMs = nil
    histogram.removeAll()
    exemplars.removeAll(keepingCapacity: true)
  }
}
