import MetricModel

extension RequestColumns {
  mutating func readRequestV2(_ bytes: Span<UInt8>) throws(DecodingError) {
    var reader = ProtobufReader(0..<bytes.count, "Request")
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 4:
        try budget.take(reader)
        symbols.append(try reader.text(tag, bytes, "symbols").narrow)
      case 5: try readSeriesV2(ProtobufReader(try reader.range(tag, bytes), "TimeSeries"), bytes)
      default: try reader.skip(tag, bytes)
      }
    }
    if let first = symbols.first, !first.isEmpty {
      throw DecodingError(.firstSymbolNotEmpty, at: Int(first.lowerBound), "Request.symbols[0] is not the empty string")
    }
    try resolveAll(bytes)
  }

  mutating func resolveAll(_ bytes: Span<UInt8>) throws(DecodingError) {
    try resolve(&seriesLabels, "TimeSeries", bytes.count)
    try resolve(&exemplarLabels, "Exemplar", bytes.count)
  }

  /// Turns references into text, once all symbols are known: protobuf lets them follow the series.
  private func resolve(
    _ column: inout LabelColumn, _ message: StaticString, _ offset: Int
  ) throws(DecodingError) {
    column.entries.reserveCapacity(column.references.count / 2)
    var index = 0
    while index + 1 < column.references.count {
      let (name, value) = (Int(column.references[index]), Int(column.references[index + 1]))
      guard max(name, value) < symbols.count else {
        throw DecodingError(
          .symbolOutOfRange, at: offset,
          "\(message).labels_refs holds \(max(name, value)) where there are \(symbols.count) symbols")
      }
      column.entries.append(DecodedLabels.Entry(name: symbols[name], value: symbols[value]))
      index += 2
    }
  }

  mutating func readSeriesV2(_ reader: ProtobufReader, _ bytes: Span<UInt8>) throws(DecodingError) {
    var reader = reader
    var record = try beginSeries(reader)
    let labelStart = seriesLabels.references.count
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: try reader.references(tag, bytes, to: &seriesLabels.references, &budget)
      case 2:
        try budget.take(reader)
        samples.append(try readSample(ProtobufReader(try reader.range(tag, bytes), "Sample"), bytes, .v2))
      case 3:
        try budget.take(reader)
        var histogram = HistogramReader(ProtobufReader(try reader.range(tag, bytes), "Histogram"), .v2)
        histograms.append(try histogram.read(bytes, &budget))
        if histogram.isMixed { record.mixedHistogramCount += 1 }
      case 4:
        try budget.take(reader)
        exemplars.append(try readExemplarV2(ProtobufReader(try reader.range(tag, bytes), "Exemplar"), bytes))
      case 5: record.metadata = try readMetadata(ProtobufReader(try reader.range(tag, bytes), "Metadata"), bytes)
      // Field 6 was the created timestamp of an earlier draft; like any unknown field it is no error.
      default: try reader.skip(tag, bytes)
      }
    }
    let labels = try pairs(labelStart..<seriesLabels.references.count, reader)
    endSeries(record, labels: labels)
  }

  /// The range of the labels that a range of references will become.
  private func pairs(_ references: Range<Int>, _ reader: ProtobufReader) throws(DecodingError) -> Range<Int> {
    guard references.count % 2 == 0 else {
      throw reader.error(.oddLabelReferences, "labels_refs holds \(references.count) references, an odd number")
    }
    return references.lowerBound / 2..<references.upperBound / 2
  }

  private mutating func readExemplarV2(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> ExemplarRecord {
    var reader = reader
    var record = ExemplarRecord()
    let labelStart = exemplarLabels.references.count
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: try reader.references(tag, bytes, to: &exemplarLabels.references, &budget)
      case 2: record.value = try reader.double(tag, bytes)
      case 3: record.timestampMs = try reader.int64(tag, bytes)
      default: try reader.skip(tag, bytes)
      }
    }
    record.labels = try pairs(labelStart..<exemplarLabels.references.count, reader)
    return record
  }

  private func readMetadata(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> MetadataReferences {
    var reader = reader
    var references = MetadataReferences()
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: references.type = try reader.varint(tag, bytes)
      case 3: references.help = reference(try reader.varint(tag, bytes))
      case 4: references.unit = reference(try reader.varint(tag, bytes))
      default: try reader.skip(tag, bytes)
      }
    }
    return references
  }
}

/// A reference too large for its field stays out of range instead of losing bits and naming another symbol.
private func reference(_ value: UInt64) -> UInt32 { UInt32(clamping: value) }

extension ProtobufReader {
  fileprivate mutating func references(
    _ tag: Tag, _ bytes: Span<UInt8>, to references: inout [UInt32], _ budget: inout ElementBudget
  ) throws(DecodingError) {
    try numbers(tag, .varint, bytes, to: &references, &budget, reference)
  }
}
