/// What one scrape or one push brought: the unit that travels from there to the log.
///
/// Columns, so that a thousand samples are a handful of arrays; exemplars and histograms, which are few, lie beside
/// them. The batch holds no references to its series: whoever fills it keeps them held until the log has it.
public struct SampleBatch: Sendable {
  /// An exemplar that belongs to one sample of the batch.
  public struct AttachedExemplar: Sendable {
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
  public private(set) var exemplars: [AttachedExemplar] = []
  public private(set) var histograms: [HistogramSample] = []

  public init() {}

  /// Float samples.
  public var floatCount: Int { series.count }

  /// Everything that counts as a sample: floats and histograms.
  public var sampleCount: Int { series.count + histograms.count }
  public var isEmpty: Bool { sampleCount == 0 }

  public mutating func append(_ id: SeriesID, timestampMs: Int64, value: Double) {
    series.append(id)
    timestampsMs.append(timestampMs)
    values.append(value)
  }

  /// Attaches an exemplar to the sample appended last.
  public mutating func attach(_ exemplar: Exemplar) {
    exemplars.append(AttachedExemplar(sampleIndex: series.count - 1, exemplar: exemplar))
  }

  public mutating func append(_ id: SeriesID, histogram: NativeHistogram) {
    histograms.append(HistogramSample(series: id, histogram: histogram))
  }

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    series.removeAll(keepingCapacity: true)
    timestampsMs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    exemplars.removeAll(keepingCapacity: true)
    histograms.removeAll(keepingCapacity: true)
  }

  public mutating func reserve(_ count: Int) {
    series.reserveCapacity(count)
    timestampsMs.reserveCapacity(count)
    values.reserveCapacity(count)
  }
}
