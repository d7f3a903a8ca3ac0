import MetricModel

extension WriteRequestEncoder {
  /// Writes one `TimeSeries` of version 2.0; one of `samples` and `histograms` is empty, the other is not.
  mutating func appendV2(
    _ labels: Span<UInt32>, _ symbols: SymbolTable, _ metadata: MetadataSymbols, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram]
  ) {
    requestSymbols.prepare(for: symbols)
    var room = 64 + labels.count * 5 + samples.count * 35
    if !exemplars.isEmpty { room += numberExemplars(exemplars, symbols) }
    for histogram in histograms { room += histogramRoom(histogram) }
    // The time for exemplars that bring none; there is data, so there is one.
    let exemplarTimeMs = samples.lastTimestampMs ?? histograms.last?.timestampMs ?? 0

    // Nearly always all symbols are known from earlier series; if not, they are numbered and the series written anew.
    if !writeV2(labels, metadata, samples, exemplars, histograms, exemplarTimeMs, room) {
      for index in labels.indices { requestSymbols.assign(labels[index], in: symbols) }
      requestSymbols.assign(metadata.help, in: symbols)
      requestSymbols.assign(metadata.unit, in: symbols)
      let isWritten = writeV2(labels, metadata, samples, exemplars, histograms, exemplarTimeMs, room)
      precondition(isWritten, "a symbol was numbered and is not known")
    }
    count(samples: samples.count, exemplars: exemplars.count, histograms: histograms.count)
  }

  /// - Returns: false, with nothing written, if a symbol has no number in this request yet.
  private mutating func writeV2(
    _ labels: Span<UInt32>, _ metadata: MetadataSymbols, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64, _ room: Int
  ) -> Bool {
    // Taken out of self for the moment: a span of it there would keep all of self from being changed, and without a
    // span its owners would be counted for every series.
    var stamped: [UInt64] = []
    swap(&stamped, &requestSymbols.stamped)
    defer { swap(&stamped, &requestSymbols.stamped) }
    return Self.writeV2(
      &cursor, labels, metadata, samples, exemplars, histograms, exemplarTimeMs, room, stamped.span,
      requestSymbols.stamp)
  }

  @inline(__always)
  private static func writeV2(
    _ cursor: inout WriteCursor, _ labels: Span<UInt32>, _ metadata: MetadataSymbols, _ samples: Span<Sample>,
    _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64, _ room: Int,
    _ stamped: Span<UInt64>, _ stamp: UInt64
  ) -> Bool {
    var (timestamp, startTimestamp) = (cursor.timestamp, cursor.startTimestamp)
    var lengthWidth = cursor.seriesLengthWidth
    var (seriesStart, samplesStart) = (0, 0)
    let isWritten = cursor.buffer.write(room: room) { writer in
      let tagPosition = writer.position
      let start = writer.openField(0x2a, width: lengthWidth)
      guard writer.references(labels, stamped, stamp) else {
        writer.position = tagPosition
        return false
      }
      samplesStart = writer.position
      writer.samplesV2(samples, &timestamp, &startTimestamp)
      for histogram in histograms { writer.histogram(histogram, tag: 0x1a, version: .v2) }
      if !exemplars.isEmpty { writer.exemplarsV2(exemplars, varints: cursor.exemplarVarints, exemplarTimeMs) }
      guard writer.metadata(metadata, stamped, stamp) else {
        writer.position = tagPosition
        return false
      }
      let width = writer.closeField(at: start, width: lengthWidth)
      samplesStart += width - lengthWidth
      lengthWidth = width
      seriesStart = tagPosition
      return true
    }
    if isWritten { cursor.note(series: seriesStart, samples: samplesStart) }
    cursor.timestamp = timestamp
    cursor.startTimestamp = startTimestamp
    cursor.seriesLengthWidth = lengthWidth
    return isWritten
  }

  /// Numbers the labels of exemplars before anything is written.
  ///
  /// - Returns: the room that the exemplars need.
  private mutating func numberExemplars(_ exemplars: [Exemplar], _ symbols: SymbolTable) -> Int {
    cursor.exemplarVarints.removeAll(keepingCapacity: true)
    var room = 0
    for exemplar in exemplars {
      for index in 0..<exemplar.labels.count {
        cursor.exemplarVarints.append(requestSymbols.varint(of: exemplar.labels.name(at: index), in: symbols))
        cursor.exemplarVarints.append(requestSymbols.varint(of: exemplar.labels.value(at: index), in: symbols))
      }
      room += 48 + exemplar.labels.count * 10
    }
    return room
  }
}

extension WireWriter {
  /// The samples of one 2.0 series. Values and times are written even when zero: a receiver cannot then take them for
  /// missing, and the zeros all but vanish in compression.
  @inline(__always)
  fileprivate mutating func samplesV2(
    _ samples: Span<Sample>, _ timestamp: inout TimestampVarint, _ startTimestamp: inout TimestampVarint
  ) {
    var writer = self
    for index in samples.indices { writer.sampleV2(samples[index], &timestamp, &startTimestamp) }
    position = writer.position
  }

  @inline(__always)
  mutating func sampleV2(
    _ sample: Sample, _ timestamp: inout TimestampVarint, _ startTimestamp: inout TimestampVarint
  ) {
    var length = 10 + timestamp.width(of: sample.timestampMs)
    if sample.startTimestampMs != 0 { length += 1 + startTimestamp.width(of: sample.startTimestampMs) }
    // Tag and length of the sample, tag of its value.
    lowBytes(of: 0x09_0012 | UInt64(length) << 8, count: 3)
    double(sample.value)
    byte(0x10)
    timestamp.write(to: &self)
    if sample.startTimestampMs != 0 {
      byte(0x18)
      startTimestamp.write(to: &self)
    }
  }

  /// Writes `labels_refs`.
  ///
  /// - Returns: false if a symbol has no number in this request; what was written then is to be taken back.
  @inline(__always)
  mutating func references(_ labels: Span<UInt32>, _ stamped: Span<UInt64>, _ stamp: UInt64) -> Bool {
    if labels.isEmpty { return true }
    // The right width for up to 25 labels in the first 16384 symbols of a request.
    let width = labels.count <= 50 ? 1 : 2
    let start = openField(0x0a, width: width)
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = self
    for index in labels.indices {
      let word = stamped[Int(labels[index])]
      if word & ~RequestSymbols.varintMask != stamp { return false }
      writer.lowBytes(of: word, count: RequestSymbols.varintWidth(word))
    }
    position = writer.position
    closeField(at: start, width: width)
    return true
  }

  /// Writes `metadata` unless it says nothing. Same result as ``references(_:_:_:)``.
  @inline(__always)
  mutating func metadata(_ metadata: MetadataSymbols, _ stamped: Span<UInt64>, _ stamp: UInt64) -> Bool {
    let help = stamped[Int(metadata.help)]
    let unit = stamped[Int(metadata.unit)]
    if ((help ^ stamp) | (unit ^ stamp)) & ~RequestSymbols.varintMask != 0 { return false }
    if metadata.type == .unknown && metadata.help == 0 && metadata.unit == 0 { return true }
    let (helpWidth, unitWidth) = (RequestSymbols.varintWidth(help), RequestSymbols.varintWidth(unit))
    var length = 2
    if metadata.help != 0 { length += 1 + helpWidth }
    if metadata.unit != 0 { length += 1 + unitWidth }
    // Tag and length of the metadata, then its type.
    lowBytes(of: 0x08_002a | UInt64(length) << 8 | UInt64(metadata.type.rawValue) << 24, count: 4)
    if metadata.help != 0 {
      byte(0x18)
      lowBytes(of: help, count: helpWidth)
    }
    if metadata.unit != 0 {
      byte(0x20)
      lowBytes(of: unit, count: unitWidth)
    }
    return true
  }

  /// The exemplars of one 2.0 series; `varints` are those of their labels, one exemplar after the other.
  fileprivate mutating func exemplarsV2(_ exemplars: [Exemplar], varints: [UInt64], _ timestampMs: Int64) {
    var next = 0
    for exemplar in exemplars {
      let start = openField(0x22, width: 1)
      if exemplar.labels.count > 0 {
        let labelStart = openField(0x0a, width: 1)
        for varint in varints[next..<next + exemplar.labels.count * 2] {
          lowBytes(of: varint, count: RequestSymbols.varintWidth(varint))
        }
        next += exemplar.labels.count * 2
        closeField(at: labelStart, width: 1)
      }
      double(0x11, exemplar.value)
      varint(0x18, UInt64(bitPattern: exemplar.timestampMs ?? timestampMs))
      closeField(at: start, width: 1)
    }
  }
}
