import MetricModel

extension WriteRequestEncoder {
  /// Writes one `TimeSeries` of version 1.0, or nothing if no data is left that the message can carry.
  mutating func appendV1(
    _ labels: Span<UInt32>, _ symbols: SymbolTable, _ samples: Span<Sample>, _ exemplars: [Exemplar],
    _ histograms: [NativeHistogram]
  ) {
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
    if !writeV1(labels, symbols, samples, exemplars, histograms, exemplarTimeMs, room, labels.count * 48) {
      var labelRoom = 16
      for index in labels.indices { labelRoom += symbols.location(of: labels[index]).count + 12 }
      let isWritten = writeV1(labels, symbols, samples, exemplars, histograms, exemplarTimeMs, room, labelRoom)
      precondition(isWritten, "the labels of a series outgrew the room counted for them")
    }
    count(samples: samples.count, exemplars: exemplarCount, histograms: histogramCount)
  }

  /// - Returns: false, with nothing written, if the labels need more than `labelRoom` bytes.
  private mutating func writeV1(
    _ labels: Span<UInt32>, _ symbols: SymbolTable, _ samples: Span<Sample>, _ exemplars: [Exemplar],
    _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64?, _ room: Int, _ labelRoom: Int
  ) -> Bool {
    var timestamp = cursor.timestamp
    var lengthWidth = cursor.seriesLengthWidth
    let isWritten = cursor.buffer.write(room: room + labelRoom) { writer in
      let tagPosition = writer.position
      let start = writer.openField(0x0a, width: lengthWidth)
      guard writer.labelsV1(labels, symbols, keeping: room) else {
        writer.position = tagPosition
        return false
      }
      writer.samplesV1(samples, &timestamp)
      for exemplar in exemplars {
        if let timestampMs = exemplar.timestampMs ?? exemplarTimeMs { writer.exemplarV1(exemplar, timestampMs) }
      }
      for histogram in histograms where !histogram.hasCustomBuckets {
        writer.histogram(histogram, tag: 0x22, version: .v1)
      }
      lengthWidth = writer.closeField(at: start, width: lengthWidth)
      return true
    }
    cursor.timestamp = timestamp
    cursor.seriesLengthWidth = lengthWidth
    return isWritten
  }
}

extension NativeHistogram {
  /// Whether this is a histogram with custom bounds, which version 1.0 cannot carry.
  var hasCustomBuckets: Bool { schema == NativeHistogram.customBucketsSchema }
}

extension WireWriter {
  /// The labels of one 1.0 series, copied from the arena of `symbols`.
  ///
  /// - Parameter rest: the room that must be left when the labels are written.
  /// - Returns: false if there is not enough; what was written then is to be taken back.
  @inline(__always)
  fileprivate mutating func labelsV1(_ labels: Span<UInt32>, _ symbols: SymbolTable, keeping rest: Int) -> Bool {
    let arena = symbols.arena.span
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = self
    var index = 0
    while index < labels.count {
      let name = symbols.location(of: labels[index])
      let value = symbols.location(of: labels[index + 1])
      index += 2
      if !writer.hasRoom(for: name.count + value.count + 24 + rest) { return false }
      if name.count < 0x80 && value.count < 0x80 && name.count + value.count < 0x80 - 4 {
        // Tag and length of the label, tag and length of its name: all lengths take one byte.
        let length = UInt64(4 + name.count + value.count)
        writer.lowBytes(of: 0x0a_000a | length << 8 | UInt64(name.count) << 24, count: 4)
        writer.copy(arena, start: name.start, count: name.count)
        writer.lowBytes(of: 0x12 | UInt64(value.count) << 8, count: 2)
        writer.copy(arena, start: value.start, count: value.count)
      } else {
        let length =
          2 + name.count + Varint.width(UInt64(name.count)) + value.count + Varint.width(UInt64(value.count))
        writer.varint(0x0a, UInt64(length))
        writer.varint(0x0a, UInt64(name.count))
        writer.copy(arena, start: name.start, count: name.count)
        writer.varint(0x12, UInt64(value.count))
        writer.copy(arena, start: value.start, count: value.count)
      }
    }
    position = writer.position
    return true
  }

  @inline(__always)
  fileprivate mutating func samplesV1(_ samples: Span<Sample>, _ timestamp: inout TimestampVarint) {
    var writer = self
    for index in samples.indices {
      let sample = samples[index]
      // Tag and length of the sample, tag of its value.
      let length = 10 + timestamp.width(of: sample.timestampMs)
      writer.lowBytes(of: 0x09_0012 | UInt64(length) << 8, count: 3)
      writer.double(sample.value)
      writer.byte(0x10)
      timestamp.write(to: &writer)
    }
    position = writer.position
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
