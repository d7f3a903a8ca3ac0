/// What one scrape or one push brought: the unit that travels from there to the log.
///
/// Columns, so that a thousand samples are a handful of arrays; exemplars and histograms, which are few, lie beside
/// them. The batch holds no references to its series: whoever fills it keeps them held until the log has it.
public struct SampleBatch: Sendable {
  /// An exemplar that belongs to one sample of the batch.
  public struct AttachedExemplar: Sendable {
    /// The index in the columns of floats, or in ``SampleBatch/histograms``.
    public var sampleIndex: Int
    public var exemplar: Exemplar
    public init(sampleIndex: Int, exemplar: Exemplar) {
      self.sampleIndex = sampleIndex
      self.exemplar = exemplar
    }
  }

  public struct HistogramSample: Sendable {
    public var series: SeriesID
    public var histogram: NativeHistogram
    public init(series: SeriesID, histogram: NativeHistogram) {
      self.series = series
      self.histogram = histogram
    }
  }

  public private(set) var series: [SeriesID] = []
  public private(set) var timestampsMs: [Int64] = []
  public private(set) var values: [Double] = []
  /// Since when each float has been counting, 0 where unknown; empty when no sample of the batch says so.
  public private(set) var startTimestampsMs: [Int64] = []
  /// Of the floats, in their order.
  public private(set) var exemplars: [AttachedExemplar] = []
  public private(set) var histograms: [HistogramSample] = []
  /// Of the histograms, in their order.
  public private(set) var histogramExemplars: [AttachedExemplar] = []
  /// Which of its series the log may know without looking at each; nil where nobody keeps count of them.
  public var roster: SeriesRoster?
  private var endsWithHistogram = false

  public init() {}

  /// Float samples.
  public var floatCount: Int { series.count }

  /// Everything that counts as a sample: floats and histograms.
  public var sampleCount: Int { series.count + histograms.count }
  public var isEmpty: Bool { sampleCount == 0 }

  @inline(__always)
  public mutating func append(_ id: SeriesID, timestampMs: Int64, value: Double) {
    series.append(id)
    timestampsMs.append(timestampMs)
    values.append(value)
    if !startTimestampsMs.isEmpty { startTimestampsMs.append(0) }
    endsWithHistogram = false
  }

  /// Appends floats of one time, as many as `fill` writes.
  ///
  /// - Parameters:
  ///   - capacity: how many they are at most; room is made for so many.
  ///   - timestampMs: of all of them.
  ///   - fill: writes the series and the values, equally many of each.
  public mutating func append(
    atMost capacity: Int, timestampMs: Int64,
    filling fill: (inout OutputSpan<SeriesID>, inout OutputSpan<Double>) -> Void
  ) {
    let before = series.count
    series.append(addingCapacity: capacity) { series in
      values.append(addingCapacity: capacity) { values in fill(&series, &values) }
    }
    precondition(series.count == values.count, "each float has a series and a value")
    let added = series.count - before
    guard added > 0 else { return }
    timestampsMs.append(addingCapacity: added) { $0.append(repeating: timestampMs, count: added) }
    if !startTimestampsMs.isEmpty { startTimestampsMs.append(contentsOf: repeatElement(0, count: added)) }
    endsWithHistogram = false
  }

  /// - Parameter startTimestampMs: since when `value` has been counting, milliseconds since the Unix epoch; 0 for
  ///   unknown.
  public mutating func append(_ id: SeriesID, timestampMs: Int64, value: Double, startTimestampMs: Int64) {
    append(id, timestampMs: timestampMs, value: value)
    guard startTimestampMs != 0 else { return }
    if startTimestampsMs.isEmpty { startTimestampsMs.append(contentsOf: repeatElement(0, count: series.count)) }
    startTimestampsMs[startTimestampsMs.count - 1] = startTimestampMs
  }

  /// Appends floats whose start times are unknown, one for each of `ids`.
  public mutating func append(_ ids: [SeriesID], timestampsMs times: ArraySlice<Int64>, values: ArraySlice<Double>) {
    precondition(ids.count == times.count && ids.count == values.count, "columns of one batch are of one length")
    series.append(contentsOf: ids)
    timestampsMs.append(contentsOf: times)
    self.values.append(contentsOf: values)
    if !startTimestampsMs.isEmpty { startTimestampsMs.append(contentsOf: repeatElement(0, count: ids.count)) }
    endsWithHistogram = false
  }

  public mutating func append(_ id: SeriesID, histogram: NativeHistogram) {
    histograms.append(HistogramSample(series: id, histogram: histogram))
    endsWithHistogram = true
  }

  /// Says since when the float at `index` has been counting, for pages that tell it behind the sample.
  public mutating func setStartTimestamp(_ startMs: Int64, ofFloat index: Int) {
    if startTimestampsMs.isEmpty { startTimestampsMs.append(contentsOf: repeatElement(0, count: series.count)) }
    startTimestampsMs[index] = startMs
  }

  /// Says since when the histogram at `index` has been counting.
  public mutating func setStartTimestamp(_ startMs: Int64, ofHistogram index: Int) {
    histograms[index].histogram.startTimestampMs = startMs
  }

  /// Attaches an exemplar to the sample appended last, float or histogram; to an empty batch it is not attached.
  public mutating func attach(_ exemplar: Exemplar) {
    if endsWithHistogram {
      histogramExemplars.append(AttachedExemplar(sampleIndex: histograms.count - 1, exemplar: exemplar))
    } else if !series.isEmpty {
      exemplars.append(AttachedExemplar(sampleIndex: series.count - 1, exemplar: exemplar))
    }
  }

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    series.removeAll(keepingCapacity: true)
    timestampsMs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    startTimestampsMs.removeAll(keepingCapacity: true)
    exemplars.removeAll(keepingCapacity: true)
    histograms.removeAll(keepingCapacity: true)
    histogramExemplars.removeAll(keepingCapacity: true)
    roster = nil
    endsWithHistogram = false
  }

  public mutating func reserve(_ count: Int) {
    series.reserveCapacity(count)
    timestampsMs.reserveCapacity(count)
    values.reserveCapacity(count)
  }
}
