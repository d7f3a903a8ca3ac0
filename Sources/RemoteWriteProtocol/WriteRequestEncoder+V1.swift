import MetricModel

extension WriteRequestEncoder {
  /// Writes one `TimeSeries` of version 1.0, or nothing if no data is left that the message can carry.
  mutating func appendV1(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram]
  ) {
    cursor.prepare(reuseCount: symbols.reuseCount)
    let exemplarTimeMs = samples.lastTimestampMs ?? histograms.last?.timestampMs
    var room = 32 + samples.count * 23

    var exemplarCount = 0
    for exemplar in exemplars where exemplar.timestampMs != nil || exemplarTimeMs != nil {
      exemplarCount += 1
      room += 48 + exemplar.labels.byteCount + exemplar.labels.count * 24
    }
    omit(\.exemplarsWithoutTimestamp, exemplars.count - exemplarCount)
    var histogramCount = 0
    for histogram in histograms where !histogram.hasCustomBuckets {
      histogramCount += 1
      room += histogramRoom(histogram)
    }
    omit(\.histogramsWithCustomBuckets, histograms.count - histogramCount)
    if samples.isEmpty && exemplarCount == 0 && histogramCount == 0 { return }

    // Adding up the texts of all labels would look each of them up twice, so their room is a guess at first.
    if !writeV1(names, values, symbols, samples, exemplars, histograms, exemplarTimeMs, room, names.count * 96) {
      let labelRoom = Self.labelRoom(names, values, symbols)
      let isWritten = writeV1(names, values, symbols, samples, exemplars, histograms, exemplarTimeMs, room, labelRoom)
      precondition(isWritten, "the labels of a series outgrew the room counted for them")
    }
    count(samples: samples.count, exemplars: exemplarCount, histograms: histogramCount)
  }

  /// An upper bound of what labels take.
  static func labelRoom(_ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable) -> Int {
    var room = 32
    for index in names.indices { room += symbols.location(of: names[index]).count + 16 }
    for index in values.indices { room += symbols.location(of: values[index]).count + 16 }
    return room
  }

  /// - Returns: false, with nothing written, if the labels need more than `labelRoom` bytes.
  private mutating func writeV1(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64?, _ room: Int, _ labelRoom: Int
  ) -> Bool {
    Self.writeV1(
      names, values, symbols, samples, exemplars, histograms, exemplarTimeMs, room, labelRoom, &buffer, &cursor)
  }

  /// The same on the parts of an encoder, which can be changed side by side.
  @inline(__always)
  private static func writeV1(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64?, _ room: Int, _ labelRoom: Int,
    _ buffer: inout WireBuffer, _ cursor: inout WriteCursor
  ) -> Bool {
    buffer.write(room: room + labelRoom) { writer in
      let (before, width) = (writer.position, cursor.seriesLengthWidth)
      let start = writer.openField(0x0a, width: width)
      guard writer.labelsV1(names, values, symbols, &cursor.labels, keeping: room) else {
        writer.rewind(to: before)
        cursor.labels.forget()
        return false
      }
      for index in samples.indices {
        let sample = samples[index]
        writer.sample(0x12, sample.value, sample.timestampMs, &cursor.timestamp, &cursor.startTimestamp)
      }
      for exemplar in exemplars {
        if let timestampMs = exemplar.timestampMs ?? exemplarTimeMs { writer.exemplarV1(exemplar, timestampMs) }
      }
      for histogram in histograms where !histogram.hasCustomBuckets {
        writer.histogram(histogram, tag: 0x22, version: .v1)
      }
      cursor.seriesLengthWidth = writer.closeField(at: start, width: width)
      if cursor.seriesLengthWidth != width { cursor.labels.move(from: start, by: cursor.seriesLengthWidth - width) }
      return true
    }
  }
}

extension NativeHistogram {
  /// Whether this is a histogram with custom bounds, which version 1.0 cannot carry.
  var hasCustomBuckets: Bool { schema == NativeHistogram.customBucketsSchema }
}

extension WireWriter {
  /// The labels of one 1.0 series: those that the series before has in the same places are copied from there, the others
  /// from the arena of `symbols`.
  ///
  /// - Parameter rest: the room that must be left when the labels are written.
  /// - Returns: false if there is not enough; what was written then is to be taken back and forgotten.
  @inline(__always)
  mutating func labelsV1(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ written: inout WrittenLabels,
    keeping rest: Int
  ) -> Bool {
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = self
    var place = 0
    while place < names.count {
      let (name, value) = (names[place], values[place])
      let label = WrittenLabel.label(name, value)
      if let known = WrittenLabels.range(in: written.labels.span, at: place, of: label) {
        if !writer.hasRoom(for: known.count + rest) { return false }
        writer.again(from: known.start, count: known.count)
      } else {
        let start = writer.position
        guard writer.labelV1(symbols.location(of: name), symbols.location(of: value), symbols, keeping: rest) else {
          return false
        }
        written.note(at: place, label, start: start, count: writer.position - start)
      }
      place += 1
    }
    self = writer
    return true
  }

  /// One label of 1.0. Same result as ``labelsV1(_:_:_:_:keeping:)``.
  @inline(__always)
  private mutating func labelV1(
    _ name: (start: Int, count: Int), _ value: (start: Int, count: Int), _ symbols: SymbolTable, keeping rest: Int
  ) -> Bool {
    if !hasRoom(for: name.count + value.count + 24 + rest) { return false }
    let arena = symbols.arena.span
    if name.count < 0x80 && value.count < 0x80 && name.count + value.count < 0x80 - 4 {
      // Tag and length of the label, tag and length of its name: all lengths take one byte.
      let length = UInt64(4 + name.count + value.count)
      lowBytes(of: 0x0a_000a | length << 8 | UInt64(name.count) << 24, count: 4)
      copy(arena, start: name.start, count: name.count)
      lowBytes(of: 0x12 | UInt64(value.count) << 8, count: 2)
      copy(arena, start: value.start, count: value.count)
    } else {
      let length =
        2 + name.count + Varint.width(UInt64(name.count)) + value.count + Varint.width(UInt64(value.count))
      varint(0x0a, UInt64(length))
      varint(0x0a, UInt64(name.count))
      copy(arena, start: name.start, count: name.count)
      varint(0x12, UInt64(value.count))
      copy(arena, start: value.start, count: value.count)
    }
    return true
  }

  /// An exemplar in a series of version 1.0.
  fileprivate mutating func exemplarV1(_ exemplar: Exemplar, _ timestampMs: Int64) {
    let start = openField(0x1a, width: 1)
    for index in 0..<exemplar.labels.count {
      let labelStart = openField(0x0a, width: 1)
      text(0x0a, exemplar.labels.name(at: index))
      text(0x12, exemplar.labels.value(at: index))
      closeField(at: labelStart, width: 1)
    }
    double(0x11, exemplar.value)
    varint(0x18, UInt64(bitPattern: timestampMs))
    closeField(at: start, width: 1)
  }
}
