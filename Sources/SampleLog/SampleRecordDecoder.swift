import ByteCoding
public import DurableLog
public import MetricModel

/// One record read back: the columns of a batch, with series by the numbers the record uses.
///
/// The value is meant to be reused: decoding a record into it allocates nothing once its columns have grown.
public struct DecodedRecord: Sendable {
  /// The series of each float sample, as numbered in the segment's definitions.
  public private(set) var series: [UInt32] = []
  public private(set) var timestampsMs: [Int64] = []
  public private(set) var values: [Double] = []
  /// Since when each float sample has been counting, 0 where unknown; empty when the record says nothing of it.
  public private(set) var startTimestampsMs: [Int64] = []
  /// Of the float samples.
  public private(set) var exemplars: [SampleBatch.AttachedExemplar] = []
  public private(set) var histograms: [(series: UInt32, histogram: NativeHistogram)] = []
  /// Of the histograms.
  public private(set) var histogramExemplars: [SampleBatch.AttachedExemplar] = []

  /// More series than a process could hold; bounds the arrays that readers index by number.
  static let seriesNumberMax = 1 << 26

  public init() {}

  public var sampleCount: Int { series.count + histograms.count }

  /// The newest timestamp of all samples; nil if there are none.
  public var newestMs: Int64? {
    let newestHistogram = histograms.lazy.map(\.histogram.timestampMs).max()
    return timestampsMs.max().map { max($0, newestHistogram ?? $0) } ?? newestHistogram
  }

  /// Replaces the content by a record of the log, which must be of samples and hold as many as its header says: the
  /// accounts of delivery are kept by the header.
  ///
  /// `bytes` are the reader's, which the record's payload lies in; `define` is called for each series that the record
  /// defines, before any sample is looked at.
  public mutating func decode(
    _ record: LogRecord, from bytes: [UInt8], define: (UInt32, LabelSet, MetricMetadata) -> Void
  ) throws(SampleRecordError) {
    guard record.kind == RecordKind.samples else { throw SampleRecordError(section: "record", offset: 0) }
    try decode(bytes, in: record.payload, define: define)
    guard sampleCount == record.sampleCount else {
      throw SampleRecordError(section: "record", offset: record.payload.count)
    }
  }

  /// Replaces the content by the record at `range` of `bytes`.
  ///
  /// - Parameter define: called for each series that the record defines, before any sample is looked at.
  public mutating func decode(
    _ bytes: [UInt8], in range: Range<Int>, define: (UInt32, LabelSet, MetricMetadata) -> Void
  ) throws(SampleRecordError) {
    series.removeAll(keepingCapacity: true)
    timestampsMs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    startTimestampsMs.removeAll(keepingCapacity: true)
    exemplars.removeAll(keepingCapacity: true)
    histograms.removeAll(keepingCapacity: true)
    histogramExemplars.removeAll(keepingCapacity: true)

    var reader = ByteReader(bytes, in: range)
    while !reader.isAtEnd {
      guard let tag = reader.byte(), let length = reader.uint32(), let content = reader.range(Int(length)) else {
        throw SampleRecordError(section: "record", offset: reader.position - range.lowerBound)
      }
      var section = ByteReader(bytes, in: content)
      let isWhole =
        switch Section(rawValue: tag) {
        case .definitions: Self.readDefinitions(&section, define)
        case .samples: readSamples(&section, bytes)
        case .exemplars: Self.readExemplars(&section, of: series.count, into: &exemplars)
        case .histograms: readHistograms(&section)
        case .startTimestamps: readStartTimestamps(&section)
        case .histogramExemplars: Self.readExemplars(&section, of: histograms.count, into: &histogramExemplars)
        case nil: true
        }
      guard isWhole else {
        let word = Section(rawValue: tag).map { "\($0)" } ?? "unknown"
        throw SampleRecordError(section: word, offset: section.position - range.lowerBound)
      }
    }
  }

  private static func readDefinitions(
    _ reader: inout ByteReader, _ define: (UInt32, LabelSet, MetricMetadata) -> Void
  ) -> Bool {
    guard let stringCount = reader.count(max: reader.remaining) else { return false }
    var strings: [ArraySlice<UInt8>] = []
    strings.reserveCapacity(stringCount)
    for _ in 0..<stringCount {
      guard let length = reader.count(max: reader.remaining), let text = reader.slice(length) else { return false }
      strings.append(text)
    }
    func string(_ reader: inout ByteReader) -> ArraySlice<UInt8>? {
      reader.varint().flatMap { $0 < UInt64(strings.count) ? strings[Int($0)] : nil }
    }
    guard let seriesCount = reader.count(max: reader.remaining) else { return false }
    var labels = LabelSet()
    for _ in 0..<seriesCount {
      guard let number = reader.count(max: Self.seriesNumberMax),
        let type = reader.byte().flatMap(MetricMetadata.MetricType.init(rawValue:)), let help = string(&reader),
        let unit = string(&reader), let labelCount = reader.count(max: reader.remaining)
      else { return false }
      labels.removeAll()
      for _ in 0..<labelCount {
        guard let name = string(&reader), let value = string(&reader) else { return false }
        labels.set(name, value)
      }
      let metadata = MetricMetadata(
        type: type, help: String(decoding: help, as: UTF8.self), unit: String(decoding: unit, as: UTF8.self))
      define(UInt32(number), labels, metadata)
    }
    return reader.isAtEnd
  }

  private mutating func readSamples(_ reader: inout ByteReader, _ bytes: [UInt8]) -> Bool {
    // A second section would mix its columns with those of the first.
    guard series.isEmpty else { return false }
    // A sample takes eight bytes for its value alone, which bounds the count before anything is reserved.
    guard let count = reader.count(max: reader.remaining / 8) else { return false }
    var expected: Int64 = 0
    while series.count < count {
      guard let gap = reader.signedVarint(), let length = reader.count(max: count - series.count), length > 0 else {
        return false
      }
      let (start, overflow) = expected.addingReportingOverflow(gap)
      guard !overflow, start >= 0, start + Int64(length) <= Int64(UInt32.max) else { return false }
      for number in UInt32(start)..<UInt32(start) + UInt32(length) { series.append(number) }
      expected = start + Int64(length)
    }
    guard readTimestamps(&reader, count), let column = reader.range(count * 8) else { return false }
    LittleEndian.copyDoubles(bytes, at: column.lowerBound, count: count, into: &values)
    return reader.isAtEnd
  }

  private mutating func readTimestamps(_ reader: inout ByteReader, _ count: Int) -> Bool {
    switch reader.byte().flatMap(TimestampColumn.init(rawValue:)) {
    case .shared:
      guard let timestamp = reader.signedVarint() else { return false }
      for _ in 0..<count { timestampsMs.append(timestamp) }
      return true
    case .each:
      var timestamp: Int64 = 0
      for _ in 0..<count {
        guard let difference = reader.signedVarint() else { return false }
        timestamp &+= difference
        timestampsMs.append(timestamp)
      }
      return true
    case nil: return false
    }
  }

  private mutating func readStartTimestamps(_ reader: inout ByteReader) -> Bool {
    // A second section would have nothing to say, and so has one without samples before it.
    guard startTimestampsMs.isEmpty, !series.isEmpty else { return false }
    var start: Int64 = 0
    while startTimestampsMs.count < series.count {
      guard let difference = reader.signedVarint(),
        let length = reader.count(max: series.count - startTimestampsMs.count), length > 0
      else { return false }
      start &+= difference
      startTimestampsMs.append(contentsOf: repeatElement(start, count: length))
    }
    return reader.isAtEnd
  }

  /// - Parameter sampleCount: how many samples there are for an exemplar to belong to.
  private static func readExemplars(
    _ reader: inout ByteReader, of sampleCount: Int, into exemplars: inout [SampleBatch.AttachedExemplar]
  ) -> Bool {
    guard let count = reader.count(max: reader.remaining), sampleCount > 0 || count == 0 else { return false }
    for _ in 0..<count {
      guard let sampleIndex = reader.count(max: sampleCount - 1), let value = reader.double(),
        let hasTimestamp = reader.byte()
      else { return false }
      var timestamp: Int64?
      if hasTimestamp == 1 {
        guard let read = reader.signedVarint() else { return false }
        timestamp = read
      }
      guard let labelCount = reader.count(max: reader.remaining) else { return false }
      var labels = LabelSet()
      for _ in 0..<labelCount {
        guard let nameLength = reader.count(max: reader.remaining), let name = reader.slice(nameLength),
          let valueLength = reader.count(max: reader.remaining), let labelValue = reader.slice(valueLength)
        else { return false }
        labels.set(name, labelValue)
      }
      exemplars.append(
        SampleBatch.AttachedExemplar(
          sampleIndex: sampleIndex, exemplar: Exemplar(labels: labels, value: value, timestampMs: timestamp)))
    }
    return reader.isAtEnd
  }

  private mutating func readHistograms(_ reader: inout ByteReader) -> Bool {
    guard let count = reader.count(max: reader.remaining) else { return false }
    for _ in 0..<count {
      guard let number = reader.varint().flatMap(UInt32.init(exactly:)), let histogram = HistogramCoding.read(&reader)
      else { return false }
      histograms.append((number, histogram))
    }
    return reader.isAtEnd
  }
}
