import ByteCoding
import MetricModel

/// Writes batches as records, defining each series at its first mention in a segment.
struct SampleRecordEncoder {
  /// Reused from record to record.
  private var newSeries: [SeriesID] = []
  private var definitions = DefinitionWriter()
  /// The rosters whose series the segment defines for a lane, by lane.
  private var definedRosters: [UInt32: UInt64] = [:]
  private var rosterSegment: UInt32 = 0

  /// Appends `batch` as the payload of a record of `lane` that will lie in `segment`.
  mutating func encode(
    _ batch: borrowing SampleBatch, segment: UInt32, lane: UInt32, table: inout SeriesTable,
    into bytes: inout [UInt8]
  ) {
    findUndefined(batch, segment: segment, lane: lane, &table)
    if !newSeries.isEmpty {
      let length = Self.begin(.definitions, in: &bytes)
      definitions.write(newSeries, of: table, into: &bytes)
      Self.end(length, in: &bytes)
    }
    if batch.floatCount > 0 {
      let length = Self.begin(.samples, in: &bytes)
      Self.encodeColumns(batch, into: &bytes)
      Self.end(length, in: &bytes)
    }
    if !batch.exemplars.isEmpty {
      let length = Self.begin(.exemplars, in: &bytes)
      Self.encodeExemplars(batch.exemplars, into: &bytes)
      Self.end(length, in: &bytes)
    }
    if !batch.histograms.isEmpty {
      let length = Self.begin(.histograms, in: &bytes)
      Self.encodeHistograms(batch, into: &bytes)
      Self.end(length, in: &bytes)
    }
    if !batch.startTimestampsMs.isEmpty {
      let length = Self.begin(.startTimestamps, in: &bytes)
      Self.encodeStartTimestamps(batch.startTimestampsMs, into: &bytes)
      Self.end(length, in: &bytes)
    }
    if !batch.histogramExemplars.isEmpty {
      let length = Self.begin(.histogramExemplars, in: &bytes)
      Self.encodeExemplars(batch.histogramExemplars, into: &bytes)
      Self.end(length, in: &bytes)
    }
  }

  /// Finds the series that the record has to define, and marks them as defined.
  ///
  /// Where the segment has the batch's roster only newcomers are asked about: asking each series would bring a line of
  /// the table into the processor's caches for every other sample. If the record is not written in the end, the next one
  /// is in another segment, for which nothing is known.
  private mutating func findUndefined(
    _ batch: borrowing SampleBatch, segment: UInt32, lane: UInt32, _ table: inout SeriesTable
  ) {
    newSeries.removeAll(keepingCapacity: true)
    if segment != rosterSegment {
      rosterSegment = segment
      definedRosters.removeAll(keepingCapacity: true)
    }
    if let roster = batch.roster, definedRosters[lane] == roster.number {
      for id in roster.newcomers where table.needsDefinition(id, in: segment, lane: lane) { newSeries.append(id) }
      return
    }
    for id in batch.series where table.needsDefinition(id, in: segment, lane: lane) { newSeries.append(id) }
    for sample in batch.histograms where table.needsDefinition(sample.series, in: segment, lane: lane) {
      newSeries.append(sample.series)
    }
    if let roster = batch.roster, roster.isWhole { definedRosters[lane] = roster.number }
  }

  /// Opens a section.
  ///
  /// - Returns: where its length stands, for ``end(_:in:)``.
  private static func begin(_ tag: Section, in bytes: inout [UInt8]) -> Int {
    bytes.append(tag.rawValue)
    let lengthPosition = bytes.count
    LittleEndian.append(UInt32(0), to: &bytes)
    return lengthPosition
  }

  private static func end(_ lengthPosition: Int, in bytes: inout [UInt8]) {
    LittleEndian.replace(UInt32(bytes.count - lengthPosition - 4), at: lengthPosition, in: &bytes)
  }

  private static func encodeHistograms(_ batch: borrowing SampleBatch, into bytes: inout [UInt8]) {
    Varint.append(UInt64(batch.histograms.count), to: &bytes)
    for sample in batch.histograms {
      Varint.append(UInt64(sample.series.rawValue), to: &bytes)
      HistogramCoding.append(sample.histogram, to: &bytes)
    }
  }

  private static func encodeColumns(_ batch: borrowing SampleBatch, into bytes: inout [UInt8]) {
    Varint.append(UInt64(batch.floatCount), to: &bytes)
    encodeSeries(batch.series, into: &bytes)
    encodeTimestamps(batch.timestampsMs, into: &bytes)
    LittleEndian.append(batch.values, to: &bytes)
  }

  /// Runs of consecutive numbers: the gap to the run before, then how many. The series of a target were numbered when
  /// it was scraped first, in the order of its page, so a whole scrape is often one run.
  private static func encodeSeries(_ series: [SeriesID], into bytes: inout [UInt8]) {
    var expected: Int64 = 0
    var index = 0
    while index < series.count {
      let first = series[index].rawValue
      var length = 1
      while index + length < series.count && series[index + length].rawValue == first &+ UInt32(length) { length += 1 }
      Varint.appendSigned(Int64(first) - expected, to: &bytes)
      Varint.append(UInt64(length), to: &bytes)
      expected = Int64(first) + Int64(length)
      index += length
    }
  }

  private static func encodeTimestamps(_ timestamps: [Int64], into bytes: inout [UInt8]) {
    var previous = timestamps[0]
    if timestamps.allSatisfy({ $0 == previous }) {
      bytes.append(TimestampColumn.shared.rawValue)
      Varint.appendSigned(previous, to: &bytes)
      return
    }
    bytes.append(TimestampColumn.each.rawValue)
    previous = 0
    for timestamp in timestamps {
      // Wraps for timestamps at both ends of the range; the decoder's addition wraps back.
      Varint.appendSigned(timestamp &- previous, to: &bytes)
      previous = timestamp
    }
  }

  /// Runs of one start: the difference to the run before, then how many samples. Most series of a target have been
  /// counting since its process began.
  private static func encodeStartTimestamps(_ starts: [Int64], into bytes: inout [UInt8]) {
    var previous: Int64 = 0
    var index = 0
    while index < starts.count {
      let start = starts[index]
      var length = 1
      while index + length < starts.count && starts[index + length] == start { length += 1 }
      // Wraps as the differences of timestamps do.
      Varint.appendSigned(start &- previous, to: &bytes)
      Varint.append(UInt64(length), to: &bytes)
      previous = start
      index += length
    }
  }

  private static func encodeExemplars(_ exemplars: [SampleBatch.AttachedExemplar], into bytes: inout [UInt8]) {
    Varint.append(UInt64(exemplars.count), to: &bytes)
    for attached in exemplars {
      let exemplar = attached.exemplar
      Varint.append(UInt64(attached.sampleIndex), to: &bytes)
      LittleEndian.append(exemplar.value.bitPattern, to: &bytes)
      bytes.append(exemplar.timestampMs == nil ? 0 : 1)
      if let timestamp = exemplar.timestampMs { Varint.appendSigned(timestamp, to: &bytes) }
      Varint.append(UInt64(exemplar.labels.count), to: &bytes)
      for index in 0..<exemplar.labels.count {
        for text in [exemplar.labels.name(at: index), exemplar.labels.value(at: index)] {
          Varint.append(UInt64(text.count), to: &bytes)
          bytes.append(contentsOf: text)
        }
      }
    }
  }
}
