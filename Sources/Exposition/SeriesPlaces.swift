import MetricModel

/// Where the name and the labels of a series lie in its text, as they were found when the series was read.
///
/// Known of series that are written as nearly all are. Others are walked again when somebody asks for their labels.
struct SeriesPlaces: Sendable {
  /// Series with more labels are rare enough to be walked twice.
  static let labelsMax = 64

  /// Whether these are the places of the series that was read last.
  var areKnown = false
  /// The name that stands before the braces.
  var name = 0..<0
  private var labels: [LabelPlace] = []
  private var count = 0

  /// Reads labels for as long as they are plain ones, and notes where they lie.
  ///
  /// - Parameter origin: where the text of the series begins.
  /// - Complexity: O(bytes); allocates on the first line of a page alone.
  @inline(__always)
  mutating func takePlain(from list: inout LabelList, in bytes: Span<UInt8>, origin: Int) {
    if labels.isEmpty { labels = Array(repeating: LabelPlace(name: 0..<0, value: 0..<0), count: Self.labelsMax) }
    var room = labels.mutableSpan
    var taken = 0
    while taken < room.count, let label = list.nextIfPlain(in: bytes, from: origin) {
      room[taken] = label
      taken += 1
    }
    count = taken
  }

  mutating func removeLabels() { count = 0 }

  /// Puts name and labels into a set, replacing what it held.
  ///
  /// - Parameter text: of the series.
  /// - Returns: false when a name is there twice.
  func copy(into labels: inout LabelSet, from text: Span<UInt8>) -> Bool {
    labels.assign(text, metricName: name, self.labels.span.extracting(first: count))
  }
}
