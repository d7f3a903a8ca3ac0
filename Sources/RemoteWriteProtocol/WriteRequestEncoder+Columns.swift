public import MetricModel

extension WriteRequestEncoder {
  /// Appends one sample for each of many series: the same as ``appendSeries(names:values:symbols:metadata:samples:)`` for
  /// one column after the other, without what a call for each would cost.
  ///
  /// - Parameters:
  ///   - series: numbers in `table`. Columns with numbers of `seriesEnd` or above are passed over.
  ///   - timestampsMs: as many as `series`.
  ///   - values: as many as `series`.
  ///   - startTimestampsMs: as many as `series`, or none at all; 0 where a sample has no start.
  ///   - seriesEnd: above the numbers that stand for series.
  ///   - table: the process's table, whose symbols are those of all other calls.
  /// - Complexity: linear in the labels. What a series costs is its slot in the table, its form, its run of values,
  ///   and a word for each of them.
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
    cursor.prepare(reuseCount: table.symbols.reuseCount)
    var (column, written, room) = (0, 0, Self.runRoom)
    while column < series.count {
      let position = buffer.count
      written += Self.writeV1(
        series, timestampsMs, values, below: seriesEnd, of: table, from: &column, room: room, &buffer, &cursor)
      if column == series.count || buffer.count > position {
        room = Self.runRoom
      } else {
        // Nothing was written in all the room there is, so this series has long labels.
        let id = SeriesID(rawValue: series[column])
        let (names, values) = (table.labelNames(of: id), table.labelValues(of: id))
        room = Self.roomV1 + Self.labelRoom(names.span, values.span, table.symbols)
      }
    }
    count(samples: written, exemplars: 0, histograms: 0)
  }

  /// Writes series until the columns end or the room does.
  ///
  /// - Returns: how many samples were written; `column` is the first that was not.
  private static func writeV1(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, below seriesEnd: UInt32,
    of table: SeriesTable, from column: inout Int, room: Int, _ buffer: inout WireBuffer, _ cursor: inout WriteCursor
  ) -> Int {
    let (labelNames, labelValues) = (table.forms.names.symbols.span, table.values.symbols.span)
    return buffer.write(room: room) { writer in
      var written = 0
      while column < series.count {
        if series[column] < seriesEnd {
          let id = SeriesID(rawValue: series[column])
          let names = labelNames.extracting(table.forms.names(of: table.form(of: id)))
          let own = labelValues.extracting(table.values(of: id, count: names.count))
          guard writer.seriesV1(names, own, timestampsMs[column], values[column], table.symbols, &cursor) else { break }
          written += 1
        }
        column += 1
      }
      return written
    }
  }

  private mutating func appendV2(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, _ startTimestampsMs: Span<Int64>,
    below seriesEnd: UInt32, of table: SeriesTable
  ) {
    requestSymbols.prepare(for: table.symbols)
    cursor.prepare(reuseCount: table.symbols.reuseCount)
    var (column, written, room) = (0, 0, 0)
    while column < series.count {
      written += Self.writeV2(
        series, timestampsMs, values, startTimestampsMs, below: seriesEnd, of: table, from: &column, room: &room,
        &buffer, &cursor, &requestSymbols)
    }
    count(samples: written, exemplars: 0, histograms: 0)
  }

  /// Writes series until the columns end or the room does.
  ///
  /// - Parameter room: what the first series needs; becomes what the next one does.
  /// - Returns: how many samples were written; `column` is the first that was not.
  private static func writeV2(
    _ series: Span<UInt32>, _ timestampsMs: Span<Int64>, _ values: Span<Double>, _ startTimestampsMs: Span<Int64>,
    below seriesEnd: UInt32, of table: SeriesTable, from column: inout Int, room: inout Int, _ buffer: inout WireBuffer,
    _ cursor: inout WriteCursor, _ symbols: inout RequestSymbols
  ) -> Int {
    let (labelNames, labelValues) = (table.forms.names.symbols.span, table.values.symbols.span)
    return buffer.write(room: max(room, Self.runRoom)) { writer in
      // In variables of their own both stay in registers.
      var (line, index) = (writer, column)
      var written = 0
      // Neighbours mostly have one form.
      var form = UInt32.max
      var (names, metadata) = (Span<UInt32>(), MetadataSymbols(type: .unknown, help: 0, unit: 0))
      while index < series.count {
        if series[index] < seriesEnd {
          let id = SeriesID(rawValue: series[index])
          let own = table.form(of: id)
          let hasNames = own == form
          if !hasNames {
            form = own
            names = labelNames.extracting(table.forms.names(of: own))
            metadata = table.forms.metadata(of: own)
          }
          let needed = Self.roomV2(labels: names.count)
          guard line.hasRoom(for: needed) else {
            room = needed
            break
          }
          let start = line.openField(0x2a, width: cursor.seriesLengthWidth)
          line.references(
            names, labelValues.extracting(table.values(of: id, count: names.count)), hasNames: hasNames,
            &cursor.labels, &symbols, table.symbols)
          line.sample(
            0x12, values[index], timestampsMs[index],
            startTimestampMs: startTimestampsMs.isEmpty ? 0 : startTimestampsMs[index], &cursor.timestamp,
            &cursor.startTimestamp)
          line.metadata(metadata, &cursor.metadata, &symbols, table.symbols)
          cursor.seriesLengthWidth = line.closeField(at: start, width: cursor.seriesLengthWidth)
          written += 1
        }
        index += 1
      }
      (writer, column) = (line, index)
      return written
    }
  }

  /// The room that is made for a run of series at once.
  private static let runRoom = 16_384

  /// What a 1.0 series with one sample takes at most besides its labels.
  static let roomV1 = 64

  /// An upper bound of what a 2.0 series with one sample and so many labels takes.
  @inline(__always)
  private static func roomV2(labels: Int) -> Int { 96 + labels * 10 }
}

extension WireWriter {
  /// Writes one 1.0 series with one sample.
  ///
  /// - Returns: false, with nothing written, if there is too little room for it.
  @inline(__always)
  fileprivate mutating func seriesV1(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ timestampMs: Int64, _ value: Double, _ symbols: SymbolTable,
    _ cursor: inout WriteCursor
  ) -> Bool {
    guard hasRoom(for: WriteRequestEncoder.roomV1) else { return false }
    let (before, width) = (position, cursor.seriesLengthWidth)
    let start = openField(0x0a, width: width)
    guard labelsV1(names, values, symbols, &cursor.labels, keeping: WriteRequestEncoder.roomV1) else {
      rewind(to: before)
      cursor.labels.forget()
      return false
    }
    sample(0x12, value, timestampMs, &cursor.timestamp, &cursor.startTimestamp)
    cursor.seriesLengthWidth = closeField(at: start, width: width)
    if cursor.seriesLengthWidth != width { cursor.labels.move(from: start, by: cursor.seriesLengthWidth - width) }
    return true
  }
}
