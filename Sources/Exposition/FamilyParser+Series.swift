public import MetricModel

extension FamilyParser {
  /// One float series of a reader.metric.
  public struct Series: Sendable {
    public enum Part: UInt8, Sendable {
      /// The metric itself: a counter, gauge or untyped value, or a native histogram.
      case value = 0
      case count, sum, bucket, quantile
      /// A classic histogram as one with custom buckets.
      case converted
    }

    public var part: Part
    /// The bound of a bucket or the quantile.
    public var bound: Double
    /// Never a NaN other than ``SpecialNaN/normal``, so a page cannot forge a stale marker.
    public var value: Double
    /// What the series is known by, together with ``byteCount``.
    public var hash: UInt64
    public var byteCount: Int
    /// Where its exemplar lies; empty without one.
    var exemplar: Range<Int>
    public var hasExemplar: Bool { !exemplar.isEmpty }
  }

  /// How many float series the metric has. A histogram's are those of its classic side, whose last bucket is always
  /// the one without bound, also where the page leaves it out.
  public var seriesCount: Int {
    switch reader.header.type {
    case .counter, .gauge, .untyped: 1
    case .summary: 2 + reader.metric.quantiles.count
    case .histogram, .gaugeHistogram: 2 + classicBucketCount
    }
  }

  /// The float series at `index`: of summaries and histograms first the count, then the sum, then the rest.
  public func series(at index: Int) -> Series {
    switch reader.header.type {
    case .counter: return series(.value, reader.metric.value, exemplar: reader.metric.exemplar)
    case .gauge, .untyped: return series(.value, reader.metric.value)
    case .summary, .histogram, .gaugeHistogram: break
    }
    if index == 0 { return series(.count, reader.metric.total) }
    if index == 1 { return series(.sum, reader.metric.sum) }
    if reader.header.type == .summary {
      let quantile = reader.metric.quantiles[index - 2]
      return series(.quantile, quantile.value, bound: quantile.quantile)
    }
    guard index - 2 < reader.metric.buckets.count else { return series(.bucket, reader.metric.total, bound: .infinity) }
    let bucket = reader.metric.buckets[index - 2]
    return series(.bucket, bucket.cumulative, bound: bucket.bound, exemplar: bucket.exemplar)
  }

  /// The series of the metric as one histogram, native or converted; its value means nothing.
  public func histogramSeries(converted: Bool) -> Series { series(converted ? .converted : .value, 0) }

  /// Whether the metric has buckets of the classic kind.
  public var hasClassicBuckets: Bool { !reader.metric.buckets.isEmpty }

  /// Puts the labels of `series`, with `__name__`, into `labels`, replacing what it held. Labels with empty values are
  /// left out; bounds and quantiles are written as OpenMetrics writes them.
  ///
  /// - Returns: false when the labels cannot stand for a series, for which a scrape must refuse the page: a name is
  ///   there twice, is empty or is not UTF-8, a value is not UTF-8, or there are more than
  ///   ``ExpositionParser/labelsPerSeriesMax``.
  public func labels(of series: Series, into labels: inout LabelSet) throws(ExpositionError) -> Bool {
    labels.removeAll()
    var name = body[reader.header.name]
    switch series.part {
    case .count: name += "_count".utf8
    case .sum: name += "_sum".utf8
    case .bucket: name += "_bucket".utf8
    case .value, .quantile, .converted: break
    }
    labels.set(Self.metricName, name)
    guard reader.metric.labels.count <= ExpositionParser.labelsPerSeriesMax else { return false }
    var names: Set<ArraySlice<UInt8>> = []
    for range in reader.metric.labels {
      let (name, value) = try label(range)
      guard !name.isEmpty, isUTF8(name), isUTF8(value), name != Self.metricName, names.insert(name).inserted
      else { return false }
      labels.set(name, value)
    }
    switch series.part {
    case .bucket: return set("le", series.bound, in: &labels)
    case .quantile: return set("quantile", series.bound, in: &labels)
    case .value, .count, .sum, .converted: return true
    }
  }

  /// The names of labels that the metric gives an empty value.
  public func emptyLabels() -> [ArraySlice<UInt8>] {
    reader.metric.labels.compactMap { range in
      guard let (name, value) = try? label(range), value.isEmpty else { return nil }
      return name
    }
  }

  /// The exemplar of a float series, or nil. One that is malformed, or has more labels than
  /// ``ExpositionParser/labelsPerExemplarMax``, counts as none.
  public func exemplar(of series: Series) -> Exemplar? {
    series.exemplar.isEmpty ? nil : exemplar(in: series.exemplar)
  }

  /// The exemplars of the metric as one histogram: its own, or else those of its buckets. Those without a timestamp are
  /// left out: a histogram has many, and without a time they could not be told apart.
  public func histogramExemplars() -> [Exemplar] {
    let ranges =
      reader.metric.exemplars.isEmpty
      ? reader.metric.buckets.map(\.exemplar).filter { !$0.isEmpty } : reader.metric.exemplars
    return ranges.compactMap { exemplar(in: $0) }.filter { $0.timestampMs != nil }
  }

  // MARK: - Parts

  private static let metricName = ArraySlice("__name__".utf8)

  /// Up to the first bucket without bound, or with one that the page leaves out.
  private var classicBucketCount: Int {
    // Bounds rise, so the one without bound is nearly always the last or missing.
    guard let last = reader.metric.buckets.firstIndex(where: { $0.bound == .infinity }) else {
      return reader.metric.buckets.count + 1
    }
    return last + 1
  }

  private func series(
    _ part: Series.Part, _ value: Double, bound: Double = 0, exemplar: Range<Int> = 0..<0
  ) -> Series {
    var hash = reader.metricHash
    if part != .value || reader.header.type == .summary { hash = FamilyReader.mix(hash, UInt64(part.rawValue)) }
    if part == .bucket || part == .quantile { hash = FamilyReader.mix(hash, bound.bitPattern) }
    return Series(
      part: part, bound: bound, value: value.isNaN ? SpecialNaN.normal : value, hash: hash,
      byteCount: reader.header.name.count + reader.labelByteCount, exemplar: exemplar)
  }

  private func isUTF8(_ text: ArraySlice<UInt8>) -> Bool { body.span.isUTF8(text.startIndex..<text.endIndex) }

  private func set(_ name: String, _ bound: Double, in labels: inout LabelSet) -> Bool {
    labels.set(ArraySlice(name.utf8), ArraySlice(FloatText.openMetrics(bound).utf8))
  }

  private func label(
    _ range: Range<Int>
  ) throws(ExpositionError) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    let bytes = body.span
    var fields = ProtobufFields(range)
    var (name, value) = (range.lowerBound..<range.lowerBound, range.lowerBound..<range.lowerBound)
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: name = try fields.range(tag, bytes)
      case 2: value = try fields.range(tag, bytes)
      default: try fields.skip(tag, bytes)
      }
    }
    return (body[name], body[value])
  }

  private func exemplar(in range: Range<Int>) -> Exemplar? {
    let bytes = body.span
    var fields = ProtobufFields(range)
    var exemplar = Exemplar(labels: LabelSet(), value: 0, timestampMs: nil)
    var count = 0
    do throws(ExpositionError) {
      while let tag = try fields.next(bytes) {
        switch tag.field {
        case 1:
          count += 1
          let (name, value) = try label(try fields.range(tag, bytes))
          guard count <= ExpositionParser.labelsPerExemplarMax, isUTF8(name), isUTF8(value) else { return nil }
          exemplar.labels.set(name, value)
        case 2: exemplar.value = try fields.double(tag, bytes)
        case 3:
          exemplar.timestampMs = try FamilyMetric.milliseconds(try fields.range(tag, bytes), bytes)
        default: try fields.skip(tag, bytes)
        }
      }
    } catch {
      return nil
    }
    if exemplar.value.isNaN { exemplar.value = SpecialNaN.normal }
    return exemplar
  }
}
