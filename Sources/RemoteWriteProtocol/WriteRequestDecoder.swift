import MetricModel

extension DecodedWriteRequest {
  /// Reads an uncompressed body.
  ///
  /// Unknown fields are skipped. Everything else that is not a well-formed message is an error: wrong wire types, text
  /// that is not UTF-8, label references that are odd in number or name no symbol.
  ///
  /// - Complexity: linear in the body, which is kept for the labels; some ten allocations, and more only for
  ///   histograms and for metadata texts.
  public init(
    decoding body: [UInt8], version: WriteMessageVersion, limits: DecodingLimits = DecodingLimits()
  ) throws(DecodingError) {
    guard body.count <= UInt32.max else { throw DecodingError(.tooLarge, at: 0, "the body exceeds 4 GiB") }
    var decoder = RequestColumns(limits)
    let bytes = body.span
    switch version {
    case .v1: try decoder.readRequestV1(bytes)
    case .v2: try decoder.readRequestV2(bytes)
    }
    self.init(version: version, body: body)
    symbols = decoder.symbols
    metadata = decoder.families
    series = try decoder.series(body)
  }
}

/// What has been read of a request, as columns that all its series share.
struct RequestColumns {
  /// One series as ranges of the columns.
  struct SeriesRecord {
    var labels = 0..<0
    var samples = 0..<0
    var histograms = 0..<0
    var exemplars = 0..<0
    var metadata: MetadataReferences?
    var mixedHistogramCount = 0
  }

  struct ExemplarRecord {
    var labels = 0..<0
    var value = 0.0
    var timestampMs: Int64 = 0
  }

  struct MetadataReferences: Hashable {
    var type: UInt64 = 0
    var help: UInt32 = 0
    var unit: UInt32 = 0
  }

  var budget: ElementBudget
  let seriesMax: Int
  var records: [SeriesRecord] = []
  var symbols: [Range<UInt32>] = []
  /// Labels of series and of exemplars. They lie apart, for a series may give them in any order.
  var seriesLabels = LabelColumn()
  var exemplarLabels = LabelColumn()
  var samples: [Sample] = []
  var histograms: [NativeHistogram] = []
  var exemplars: [ExemplarRecord] = []
  var families: [DecodedFamily] = []

  init(_ limits: DecodingLimits) {
    budget = ElementBudget(limits.elements)
    seriesMax = limits.series
  }

  /// Labels as text of the body; those of 2.0 are references until all symbols are read.
  struct LabelColumn {
    var references: [UInt32] = []
    var entries: [DecodedLabels.Entry] = []
  }

  /// Where all columns stand before a series is read.
  func beginSeries(_ reader: ProtobufReader) throws(DecodingError) -> SeriesRecord {
    guard records.count < seriesMax else {
      throw reader.error(.tooManySeries, "the request holds more than \(seriesMax) series")
    }
    var record = SeriesRecord()
    record.samples = samples.count..<samples.count
    record.histograms = histograms.count..<histograms.count
    record.exemplars = exemplars.count..<exemplars.count
    return record
  }

  mutating func endSeries(_ record: SeriesRecord, labels: Range<Int>) {
    var record = record
    record.labels = labels
    record.samples = record.samples.lowerBound..<samples.count
    record.histograms = record.histograms.lowerBound..<histograms.count
    record.exemplars = record.exemplars.lowerBound..<exemplars.count
    records.append(record)
  }

  /// All series, as slices of the finished columns.
  func series(_ body: [UInt8]) throws(DecodingError) -> [DecodedSeries] {
    var texts: [UInt32: String] = [:]
    let decodedExemplars = exemplars.map { record in
      DecodedExemplar(
        labels: DecodedLabels(body: body, entries: exemplarLabels.entries[record.labels]), value: record.value,
        timestampMs: record.timestampMs == 0 ? nil : record.timestampMs)
    }
    var result: [DecodedSeries] = []
    result.reserveCapacity(records.count)
    for record in records {
      var metadata: MetricMetadata?
      if let references = record.metadata {
        metadata = MetricMetadata(
          type: MetricMetadata.MetricType(number: references.type),
          help: try text(references.help, "help_ref", body, &texts),
          unit: try text(references.unit, "unit_ref", body, &texts))
      }
      result.append(
        DecodedSeries(
          labels: DecodedLabels(body: body, entries: seriesLabels.entries[record.labels]),
          samples: samples[record.samples], histograms: histograms[record.histograms],
          exemplars: decodedExemplars[record.exemplars], metadata: metadata,
          mixedHistogramCount: record.mixedHistogramCount))
    }
    return result
  }

  private func text(
    _ reference: UInt32, _ field: String, _ body: [UInt8], _ texts: inout [UInt32: String]
  ) throws(DecodingError) -> String {
    if reference == 0 { return "" }
    if let known = texts[reference] { return known }
    guard Int(reference) < symbols.count else {
      throw DecodingError(
        .symbolOutOfRange, at: body.count, "Metadata.\(field) is \(reference) where there are \(symbols.count) symbols")
    }
    let range = symbols[Int(reference)]
    let text = String(decoding: body[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    texts[reference] = text
    return text
  }
}

extension MetricMetadata.MetricType {
  /// The type of a number on the wire; protobuf enumerations are open, so one from the future is unknown.
  init(number: UInt64) {
    self = UInt8(exactly: number).flatMap(Self.init(rawValue:)) ?? .unknown
  }
}

extension Range<Int> {
  /// The same range of a body whose size was checked to fit.
  var narrow: Range<UInt32> { UInt32(lowerBound)..<UInt32(upperBound) }
}
