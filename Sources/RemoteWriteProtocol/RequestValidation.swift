import MetricModel

/// One way in which a request departs from the specification.
public struct SpecificationBreach: Hashable, Sendable {
  public enum Severity: Hashable, Sendable, Comparable {
    /// Allowed, but receivers may mind.
    case note
    /// Against a SHOULD.
    case warning
    /// Against a MUST.
    case violation
  }

  /// What is wrong; the raw value is stable.
  public enum Code: String, Sendable, CaseIterable {
    case unsortedLabels = "unsorted_labels"
    case duplicateLabelName = "duplicate_label_name"
    case emptyLabelName = "empty_label_name"
    case emptyLabelValue = "empty_label_value"
    case missingMetricName = "missing_metric_name"
    case nameNotLegacy = "name_not_legacy"
    case duplicateSymbols = "duplicate_symbols"
    case samplesAndHistograms = "samples_and_histograms"
    case seriesWithoutData = "series_without_data"
    case timestampsNotIncreasing = "timestamps_not_increasing"
    case exemplarWithoutTimestamp = "exemplar_without_timestamp"
    case metadataWithoutType = "metadata_without_type"
    case histogramCustomBucketsInV1 = "histogram_custom_buckets_in_v1"
    case histogramMixedNumbers = "histogram_mixed_numbers"
    case histogramSchema = "histogram_schema"
    case histogramReservedSchema = "histogram_reserved_schema"
    case histogramSpanOffset = "histogram_span_offset"
    case histogramSpanLength = "histogram_span_length"
    case histogramNegativeBucket = "histogram_negative_bucket"
    case histogramCount = "histogram_count"
    case histogramCustomValues = "histogram_custom_values"

    public var severity: Severity {
      switch self {
      case .metadataWithoutType: .note
      case .missingMetricName: .warning
      default: .violation
      }
    }
  }

  public let code: Code
  /// The series concerned, as an index into the request's series; nil where it is the request as a whole.
  public let seriesIndex: Int?
  public let message: String

  public var severity: Severity { code.severity }
}

/// A request held against the specification.
///
///     let validation = RequestValidation(of: request)
///     validation.breaches                        // in the order of the series
///     RequestValidation.breaches(inSeries: 3, of: request)
///
/// It judges what one request shows; order between requests is the storage's to judge.
public struct RequestValidation: Sendable {
  /// The first breaches found, at most as many as asked for.
  public let breaches: [SpecificationBreach]
  /// How many more there are.
  public let unlistedCount: Int

  /// - Complexity: linear in the request; with allocations only for breaches, and once for the symbols.
  /// - Parameter judgesSymbols: whether to look for symbols that are sent twice, which hinder nobody.
  public init(of request: DecodedWriteRequest, breachesMax: Int = 100, judgesSymbols: Bool = true) {
    var breaches: [SpecificationBreach] = []
    var unlistedCount = 0
    func add(_ found: [SpecificationBreach]) {
      let room = max(breachesMax - breaches.count, 0)
      breaches += found.prefix(room)
      unlistedCount += max(found.count - room, 0)
    }
    if judgesSymbols { add(Self.duplicateSymbols(in: request)) }
    for index in request.series.indices { add(Self.breaches(inSeries: index, of: request)) }
    self.breaches = breaches
    self.unlistedCount = unlistedCount
  }

  /// The breaches of one series, of each kind the first hundred.
  public static func breaches(inSeries index: Int, of request: DecodedWriteRequest) -> [SpecificationBreach] {
    var inspection = SeriesInspection(series: request.series[index], index: index, version: request.version)
    inspection.inspectLabels()
    inspection.inspectData()
    return inspection.breaches
  }

  private static func duplicateSymbols(in request: DecodedWriteRequest) -> [SpecificationBreach] {
    var distinct = SymbolTable()
    var emptyCount = 0
    for symbol in request.symbols {
      if symbol.isEmpty { emptyCount += 1 }
      distinct.intern(request.body[Int(symbol.lowerBound)..<Int(symbol.upperBound)])
    }
    // The table holds the empty text even where the request has none.
    let distinctCount = distinct.count - (emptyCount == 0 ? 1 : 0)
    if request.symbols.count == distinctCount { return [] }
    return [
      SpecificationBreach(
        code: .duplicateSymbols, seriesIndex: nil,
        message: "\(request.symbols.count - distinctCount) of \(request.symbols.count) symbols repeat an earlier one")
    ]
  }
}

/// One series held against the rules.
private struct SeriesInspection {
  let series: DecodedSeries
  let index: Int
  let version: WriteMessageVersion
  private(set) var breaches: [SpecificationBreach] = []
  private var counts: [SpecificationBreach.Code: Int] = [:]

  /// How many breaches of one kind are listed of one series. A series can have millions of labels without a name.
  private static let listedMax = 100

  init(series: DecodedSeries, index: Int, version: WriteMessageVersion) {
    self.series = series
    self.index = index
    self.version = version
  }

  private mutating func add(_ code: SpecificationBreach.Code, _ message: String) {
    let count = counts[code, default: 0]
    if count == Self.listedMax { return }
    counts[code] = count + 1
    breaches.append(SpecificationBreach(code: code, seriesIndex: index, message: message))
  }

  mutating func inspectLabels() {
    let labels = series.labels
    if labels.areFlawless(legacyNames: version == .v1) { return }
    var hasMetricName = false
    for position in 0..<labels.count {
      let (name, value) = (labels.name(at: position), labels.value(at: position))
      let isMetricName = name.elementsEqual("__name__".utf8)
      if isMetricName && !value.isEmpty { hasMetricName = true }
      if name.isEmpty { add(.emptyLabelName, "the label at position \(position) has no name") }
      if value.isEmpty { add(.emptyLabelValue, "the label \(quoted(name)) has no value") }
      if version == .v1 && !name.isEmpty && !labels.hasLegacyName(at: position) {
        add(.nameNotLegacy, "the label name \(quoted(name)) is not allowed in Remote Write 1.0")
      }
      if version == .v1 && isMetricName && !value.isEmpty && !labels.hasLegacyValue(at: position) {
        add(.nameNotLegacy, "the metric name \(quoted(value)) is not allowed in Remote Write 1.0")
      }
    }
    if !hasMetricName { add(.missingMetricName, "there is no label __name__") }
    if labels.isSortedAndUnique { return }
    if let name = labels.repeatedName { add(.duplicateLabelName, "the label \(quoted(name)) is given more than once") }
    for position in 1..<labels.count
    where labels.name(at: position).lexicographicallyPrecedes(labels.name(at: position - 1)) {
      add(
        .unsortedLabels,
        "the label \(quoted(labels.name(at: position))) comes after \(quoted(labels.name(at: position - 1)))")
      break
    }
  }

  mutating func inspectData() {
    if !series.samples.isEmpty && !series.histograms.isEmpty && version == .v2 {
      add(.samplesAndHistograms, "the series has samples and histograms both")
    }
    // Remote Write 1.0 says nothing of exemplars, and its senders give them series of their own.
    let exemplarsSuffice = version == .v1 && !series.exemplars.isEmpty
    if series.samples.isEmpty && series.histograms.isEmpty && !exemplarsSuffice {
      add(.seriesWithoutData, "the series has neither samples nor histograms")
    }
    inspectOrder(series.samples.lazy.map(\.timestampMs), "samples")
    inspectOrder(series.histograms.lazy.map(\.timestampMs), "histograms")
    for exemplar in series.exemplars where exemplar.timestampMs == nil {
      add(.exemplarWithoutTimestamp, "an exemplar has no timestamp")
      break
    }
    if version == .v2 && (series.metadata?.type ?? .unknown) == .unknown {
      add(.metadataWithoutType, "the metadata gives no type")
    }
    if series.mixedHistogramCount > 0 {
      add(.histogramMixedNumbers, "\(series.mixedHistogramCount) histograms mix integers and floats")
    }
    for histogram in series.histograms {
      if version == .v1 && histogram.hasCustomBuckets {
        add(.histogramCustomBucketsInV1, "Remote Write 1.0 has no histograms with custom buckets")
      }
      if let flaw = HistogramFlaw(in: histogram) {
        add(flaw.code, flaw.message)
      } else if !histogram.hasCustomBuckets && !NativeHistogram.exponentialSchemas.contains(histogram.schema) {
        add(.histogramReservedSchema, "the schema \(histogram.schema) is reserved; senders use -4 to 8 and -53")
      }
    }
  }

  private mutating func inspectOrder(_ timestampsMs: some Sequence<Int64>, _ kind: String) {
    var previous: Int64?
    for timestampMs in timestampsMs {
      if let previous, timestampMs <= previous {
        add(.timestampsNotIncreasing, "among the \(kind), \(timestampMs) comes after \(previous)")
        return
      }
      previous = timestampMs
    }
  }

  private func quoted(_ text: ArraySlice<UInt8>) -> String {
    // Enough to recognise a name by, without repeating a label of a megabyte.
    "\"" + String(decoding: text.prefix(120), as: UTF8.self) + "\""
  }
}
