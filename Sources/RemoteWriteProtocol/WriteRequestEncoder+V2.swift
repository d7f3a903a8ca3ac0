import MetricModel

extension WriteRequestEncoder {
  /// Writes one `TimeSeries` of version 2.0; one of `samples` and `histograms` is empty, the other is not.
  mutating func appendV2(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ metadata: MetadataSymbols,
    _ samples: Span<Sample>, _ exemplars: [Exemplar], _ histograms: [NativeHistogram]
  ) {
    requestSymbols.prepare(for: symbols)
    cursor.prepare(reuseCount: symbols.reuseCount)
    var room = 96 + names.count * 10 + samples.count * 35
    if !exemplars.isEmpty { room += numberExemplars(exemplars, symbols) }
    for histogram in histograms { room += histogramRoom(histogram) }
    // The time for exemplars that bring none; there is data, so there is one.
    let exemplarTimeMs = samples.lastTimestampMs ?? histograms.last?.timestampMs ?? 0
    Self.writeV2(
      names, values, symbols, metadata, samples, exemplars, histograms, exemplarTimeMs, room, &buffer, &cursor,
      &requestSymbols)
    count(samples: samples.count, exemplars: exemplars.count, histograms: histograms.count)
  }

  /// Works on the parts of an encoder, which can be changed side by side.
  @inline(__always)
  private static func writeV2(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ symbols: SymbolTable, _ metadata: MetadataSymbols,
    _ samples: Span<Sample>, _ exemplars: [Exemplar], _ histograms: [NativeHistogram], _ exemplarTimeMs: Int64,
    _ room: Int,
    _ buffer: inout WireBuffer, _ cursor: inout WriteCursor, _ requestSymbols: inout RequestSymbols
  ) {
    buffer.write(room: room) { writer in
      let start = writer.openField(0x2a, width: cursor.seriesLengthWidth)
      writer.references(names, values, hasNames: false, &cursor.labels, &requestSymbols, symbols)
      for index in samples.indices {
        let sample = samples[index]
        writer.sample(
          0x12, sample.value, sample.timestampMs, startTimestampMs: sample.startTimestampMs, &cursor.timestamp,
          &cursor.startTimestamp)
      }
      for histogram in histograms { writer.histogram(histogram, tag: 0x1a, version: .v2) }
      if !exemplars.isEmpty { writer.exemplarsV2(exemplars, varints: cursor.exemplarVarints, exemplarTimeMs) }
      writer.metadata(metadata, &cursor.metadata, &requestSymbols, symbols)
      cursor.seriesLengthWidth = writer.closeField(at: start, width: cursor.seriesLengthWidth)
    }
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
  /// Writes `labels_refs`: those of labels that the series before has in the same places as they were written there.
  ///
  /// - Parameter hasNames: whether the series before has the same names.
  @inline(__always)
  mutating func references(
    _ names: Span<UInt32>, _ values: Span<UInt32>, hasNames: Bool, _ written: inout WrittenLabels,
    _ requestSymbols: inout RequestSymbols, _ symbols: SymbolTable
  ) {
    if names.isEmpty { return }
    // The right width for up to 25 labels in the first 16384 symbols of a request.
    let width = names.count <= 25 ? 1 : 2
    let start = openField(0x0a, width: width)
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = self
    var place =
      hasNames
      ? writer.repeatLabels(values, written.labels.span, from: 0)
      : writer.repeatLabels(names, values, written.labels.span, from: 0)
    while place < names.count {
      let (name, value) = (names[place], values[place])
      let (nameVarint, valueVarint) = (
        requestSymbols.varint(of: name, in: symbols), requestSymbols.varint(of: value, in: symbols)
      )
      let nameWidth = RequestSymbols.varintWidth(nameVarint)
      let valueWidth = RequestSymbols.varintWidth(valueVarint)
      let both = nameVarint | valueVarint &<< UInt64(truncatingIfNeeded: 8 &* nameWidth)
      if nameWidth &+ valueWidth <= 7 {
        writer.lowBytes(of: both, count: nameWidth &+ valueWidth)
      } else {
        writer.lowBytes(of: nameVarint, count: nameWidth)
        writer.lowBytes(of: valueVarint, count: valueWidth)
      }
      written.note(at: place, WrittenLabel.label(name, value), references: both, width: nameWidth &+ valueWidth)
      place =
        hasNames
        ? writer.repeatLabels(values, written.labels.span, from: place &+ 1)
        : writer.repeatLabels(names, values, written.labels.span, from: place &+ 1)
    }
    self = writer
    closeField(at: start, width: width)
  }

  /// Writes `metadata` unless it says nothing.
  @inline(__always)
  mutating func metadata(
    _ metadata: MetadataSymbols, _ written: inout WrittenMetadata, _ requestSymbols: inout RequestSymbols,
    _ symbols: SymbolTable
  ) {
    if !written.isOf(metadata) {
      let help = requestSymbols.varint(of: metadata.help, in: symbols)
      let unit = requestSymbols.varint(of: metadata.unit, in: symbols)
      written.become(metadata, help: help, unit: unit)
    }
    written.write(to: &self)
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
