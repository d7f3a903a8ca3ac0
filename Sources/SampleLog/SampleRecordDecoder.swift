import ByteCoding
public import DurableLog
public import MetricModel

/// Series whose numbers follow each other, as the samples of a record name them.
public struct SeriesRun: Hashable, Sendable {
  public let first: UInt32
  /// At least 1; the last number is below `UInt32.max`.
  public let count: Int
  public init(first: UInt32, count: Int) {
    self.first = first
    self.count = count
  }
}

/// One record read back: the columns of a batch, with series by the numbers the record uses.
///
/// The value is meant to be reused: decoding a record into it allocates nothing once its columns have grown.
public struct DecodedRecord: Sendable {
  /// The series of the float samples in their order, as numbered in the segment's definitions.
  public private(set) var runs: [SeriesRun] = []
  /// Of each float sample.
  public private(set) var timestampsMs: [Int64] = []
  /// The one time of all float samples, where the record has one for all.
  public private(set) var sharedTimestampMs: Int64?
  public private(set) var values: [Double] = []
  /// Since when each float sample has been counting, 0 where unknown; empty when the record says nothing of it.
  public private(set) var startTimestampsMs: [Int64] = []
  /// Of the float samples.
  public private(set) var exemplars: [SampleBatch.AttachedExemplar] = []
  public private(set) var histograms: [(series: UInt32, histogram: NativeHistogram)] = []
  /// Of the histograms.
  public private(set) var histogramExemplars: [SampleBatch.AttachedExemplar] = []
  /// The series that the record defines. Also after an error, as far as the record was read: later records of the
  /// segment name them.
  public private(set) var definitions = SeriesDefinitions()

  /// More series than a process could hold; bounds the arrays that readers index by number.
  static let seriesNumberMax = 1 << 26

  public init() {}

  public var floatCount: Int { values.count }
  public var sampleCount: Int { floatCount + histograms.count }

  /// The series of each float sample, taken out of their runs: for whoever looks at single samples.
  public var series: [UInt32] { runs.flatMap { $0.first..<$0.first + UInt32($0.count) } }

  /// The newest timestamp of all samples; nil if there are none.
  ///
  /// - Complexity: constant where the record has one time for all and no histograms, linear otherwise.
  public var newestMs: Int64? {
    let newestHistogram = histograms.lazy.map(\.histogram.timestampMs).max()
    let newestFloat = sharedTimestampMs ?? timestampsMs.max()
    return newestFloat.map { max($0, newestHistogram ?? $0) } ?? newestHistogram
  }

  /// Replaces the content by a record of the log, which must be of samples and hold as many as its header says: the
  /// accounts of delivery are kept by the header.
  ///
  /// `bytes` are the reader's, which the record's payload lies in.
  public mutating func decode(_ record: LogRecord, from bytes: [UInt8]) throws(SampleRecordError) {
    guard record.kind == RecordKind.samples else {
      definitions.removeAll()
      throw SampleRecordError(section: "record", offset: 0)
    }
    try decode(bytes, in: record.payload)
    guard sampleCount == record.sampleCount else {
      throw SampleRecordError(section: "record", offset: record.payload.count)
    }
  }

  /// The same for whoever wants the labels of the series that the record defines: `define` is called for each of them.
  public mutating func decode(
    _ record: LogRecord, from bytes: [UInt8], define: (UInt32, LabelSet, MetricMetadata) -> Void
  ) throws(SampleRecordError) {
    defer { definitions.forEach(in: bytes, define) }
    try decode(record, from: bytes)
  }

  /// The same for bytes that come from elsewhere.
  public mutating func decode(
    _ bytes: [UInt8], in range: Range<Int>, define: (UInt32, LabelSet, MetricMetadata) -> Void
  ) throws(SampleRecordError) {
    defer { definitions.forEach(in: bytes, define) }
    try decode(bytes, in: range)
  }

  /// Replaces the content by the record at `range` of `bytes`.
  public mutating func decode(_ bytes: [UInt8], in range: Range<Int>) throws(SampleRecordError) {
    runs.removeAll(keepingCapacity: true)
    sharedTimestampMs = nil
    timestampsMs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    startTimestampsMs.removeAll(keepingCapacity: true)
    exemplars.removeAll(keepingCapacity: true)
    histograms.removeAll(keepingCapacity: true)
    histogramExemplars.removeAll(keepingCapacity: true)
    definitions.removeAll()

    var reader = ByteReader(bytes, in: range)
    while !reader.isAtEnd {
      guard let tag = reader.byte(), let length = reader.uint32(), let content = reader.range(Int(length)) else {
        throw SampleRecordError(section: "record", offset: reader.position - range.lowerBound)
      }
      var section = ByteReader(bytes, in: content)
      let isWhole =
        switch Section(rawValue: tag) {
        case .definitions: definitions.read(&section)
        case .samples: readSamples(&section, bytes)
        case .exemplars: Self.readExemplars(&section, of: floatCount, into: &exemplars)
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

  private mutating func readSamples(_ reader: inout ByteReader, _ bytes: [UInt8]) -> Bool {
    // A second section would mix its columns with those of the first.
    guard runs.isEmpty else { return false }
    // A sample takes eight bytes for its value alone, which bounds the count before anything is reserved.
    guard let count = reader.count(max: reader.remaining / 8) else { return false }
    var expected: Int64 = 0
    var named = 0
    while named < count {
      guard let gap = reader.signedVarint(), let length = reader.count(max: count - named), length > 0 else {
        return false
      }
      let (start, overflow) = expected.addingReportingOverflow(gap)
      guard !overflow, start >= 0, start + Int64(length) <= Int64(UInt32.max) else { return false }
      runs.append(SeriesRun(first: UInt32(start), count: length))
      named += length
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
      if count > 0 { sharedTimestampMs = timestamp }
      timestampsMs.append(addingCapacity: count) { $0.append(repeating: timestamp, count: count) }
      return true
    case .each:
      var timestamp: Int64 = 0
      timestampsMs.reserveCapacity(count)
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
    guard startTimestampsMs.isEmpty, floatCount > 0 else { return false }
    var start: Int64 = 0
    while startTimestampsMs.count < floatCount {
      guard let difference = reader.signedVarint(),
        let length = reader.count(max: floatCount - startTimestampsMs.count), length > 0
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
