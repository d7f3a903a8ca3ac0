public import MetricModel

extension WriteRequestEncoder {
  /// Appends one sample for each of many series: the same as ``appendSeries(labels:symbols:metadata:samples:)`` for one
  /// column after the other, without what a call for each would cost.
  ///
  /// - Parameters:
  ///   - series: numbers in `table`. Columns with numbers of `seriesEnd` or above are passed over.
  ///   - timestampsMs: as many as `series`.
  ///   - values: as many as `series`.
  ///   - startTimestampsMs: as many as `series`, or none at all; 0 where a sample has no start.
  ///   - seriesEnd: above the numbers that stand for series.
  ///   - table: the process's table, whose symbols are those of all other calls.
  /// - Complexity: linear in the labels. What a series costs is its slot in the table, its run of labels, and a word
  ///   for each of them.
  public mutating func appendSamples(
    series: Span<UInt32>, timestampsMs: Span<Int64>, values: Span<Double>, startTimestampsMs: Span<Int64>,
    below seriesEnd: UInt32 = .max, of table: SeriesTable
  ) {
    precondition(
      timestampsMs.count == series.count && values.count == series.count
        && (startTimestampsMs.isEmpty || startTimestampsMs.count == series.count), "columns differ in length")
    if version == .v1 {
      appendV1(series, timestampsMs, values, below: seriesEnd, of: table)
    } else {
      appendV2(series, timestampsMs, values, startTimestampsMs, below: seriesEnd, of: table)
    }
  }

  private mutating func appendV1(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, below seriesEnd: UInt32,
    of table: SeriesTable
  ) {
    let labels = table.labelSymbols.span
    let symbols = table.symbols
    var sample = [Sample(timestampMs: 0, value: 0)]
    for column in series.indices where series[column] < seriesEnd {
      sample[0] = Sample(timestampMs: timestampsMs[column], value: values[column])
      let range = table.labelRange(of: SeriesID(rawValue: series[column]))
      appendV1(labels.extracting(range), symbols, sample.span, [], [])
    }
  }

  private mutating func appendV2(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, _ startTimestampsMs: Span<Int64>,
    below seriesEnd: UInt32, of table: SeriesTable
  ) {
    let symbols = table.symbols
    requestSymbols.prepare(for: symbols)
    var column = 0
    var written = 0
    while column < series.count {
      let id = SeriesID(rawValue: series[column])
      guard id.rawValue < seriesEnd else {
        column += 1
        continue
      }
      let first = column
      written += writeV2(
        series, timestampsMs, values, startTimestampsMs, below: seriesEnd, of: table, from: &column,
        room: Self.room(labels: table.labelRange(of: id).count))
      if column == first {
        // There is room for one, so a symbol of its has no number yet.
        for number in table.labelSymbols(of: id) { requestSymbols.assign(number, in: symbols) }
        let metadata = table.metadata(of: id)
        requestSymbols.assign(metadata.help, in: symbols)
        requestSymbols.assign(metadata.unit, in: symbols)
      }
    }
    count(samples: written, exemplars: 0, histograms: 0)
  }

  /// An upper bound of what a series with one sample and so many symbols in its labels takes.
  @inline(__always)
  private static func room(labels: Int) -> Int { 96 + labels * 5 }

  /// The room that is made for a run of series at once.
  private static let runRoom = 16_384

  /// Writes series until the columns end, the room does, or a symbol has no number in this request.
  ///
  /// - Parameter room: what the first series needs at most.
  /// - Returns: how many samples were written; `column` is the first that was not.
  private mutating func writeV2(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, _ startTimestampsMs: Span<Int64>,
    below seriesEnd: UInt32, of table: SeriesTable, from column: inout Int, room: Int
  ) -> Int {
    // Taken out of self for the moment, for a span of it there would keep all of self from being changed.
    var numbered: [UInt64] = []
    swap(&numbered, &requestSymbols.stamped)
    defer { swap(&numbered, &requestSymbols.stamped) }
    var cursor = WriteCursor()
    swap(&cursor, &self.cursor)
    defer { swap(&cursor, &self.cursor) }

    let (labels, stamped, stamp) = (table.labelSymbols.span, numbered.span, requestSymbols.stamp)
    var buffer = WireBuffer()
    swap(&buffer, &cursor.buffer)
    defer { swap(&buffer, &cursor.buffer) }
    return buffer.write(room: max(room, Self.runRoom)) { writer in
      var written = 0
      while column < series.count {
        if series[column] < seriesEnd {
          let id = SeriesID(rawValue: series[column])
          let run = labels.extracting(table.labelRange(of: id))
          guard writer.hasRoom(for: Self.room(labels: run.count)) else { break }
          let sample = Sample(
            timestampMs: timestampsMs[column], value: values[column],
            startTimestampMs: startTimestampsMs.isEmpty ? 0 : startTimestampsMs[column])
          guard writer.seriesV2(run, table.metadata(of: id), sample, stamped, stamp, &cursor) else { break }
          written += 1
        }
        column += 1
      }
      return written
    }
  }
}

extension WireWriter {
  /// Writes one series with one sample.
  ///
  /// - Returns: false, with nothing written, if a symbol has no number in this request yet.
  @inline(__always)
  fileprivate mutating func seriesV2(
    _ labels: Span<UInt32>, _ metadata: MetadataSymbols, _ sample: Sample, _ stamped: Span<UInt64>, _ stamp: UInt64,
    _ cursor: inout WriteCursor
  ) -> Bool {
    var writer = self
    let guess = cursor.seriesLengthWidth
    let seriesStart = writer.position
    let start = writer.openField(0x2a, width: guess)
    guard writer.references(labels, stamped, stamp) else { return false }
    let samplesStart = writer.position
    writer.sampleV2(sample, &cursor.timestamp, &cursor.startTimestamp)
    guard writer.metadata(metadata, stamped, stamp) else { return false }
    let width = writer.closeField(at: start, width: guess)
    cursor.seriesLengthWidth = width
    cursor.note(series: seriesStart, samples: samplesStart + width - guess)
    position = writer.position
    return true
  }
}
