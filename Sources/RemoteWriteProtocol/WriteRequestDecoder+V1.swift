import MetricModel

extension RequestColumns {
  mutating func readRequestV1(_ bytes: Span<UInt8>) throws(DecodingError) {
    var reader = ProtobufReader(0..<bytes.count, "WriteRequest")
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: try readSeriesV1(ProtobufReader(try reader.range(tag, bytes), "TimeSeries"), bytes)
      case 3:
        try budget.take(reader)
        families.append(try readFamily(ProtobufReader(try reader.range(tag, bytes), "MetricMetadata"), bytes))
      default: try reader.skip(tag, bytes)
      }
    }
  }

  mutating func readSeriesV1(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    var reader = reader
    var record = try beginSeries(reader)
    let labelStart = seriesLabels.entries.count
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1:
        try budget.take(reader)
        seriesLabels.entries.append(try readLabel(ProtobufReader(try reader.range(tag, bytes), "Label"), bytes))
      case 2:
        try budget.take(reader)
        samples.append(try readSample(ProtobufReader(try reader.range(tag, bytes), "Sample"), bytes, .v1))
      case 3:
        try budget.take(reader)
        exemplars.append(try readExemplarV1(ProtobufReader(try reader.range(tag, bytes), "Exemplar"), bytes))
      case 4:
        try budget.take(reader)
        var histogram = HistogramReader(ProtobufReader(try reader.range(tag, bytes), "Histogram"), .v1)
        histograms.append(try histogram.read(bytes, &budget))
        if histogram.isMixed { record.mixedHistogramCount += 1 }
      default: try reader.skip(tag, bytes)
      }
    }
    endSeries(record, labels: labelStart..<seriesLabels.entries.count)
  }

  private func readLabel(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> DecodedLabels.Entry {
    var reader = reader
    var entry = DecodedLabels.Entry(name: 0..<0, value: 0..<0)
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: entry.name = try reader.text(tag, bytes, "name").narrow
      case 2: entry.value = try reader.text(tag, bytes, "value").narrow
      default: try reader.skip(tag, bytes)
      }
    }
    return entry
  }

  private mutating func readExemplarV1(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> ExemplarRecord {
    var reader = reader
    var record = ExemplarRecord()
    let labelStart = exemplarLabels.entries.count
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1:
        try budget.take(reader)
        exemplarLabels.entries.append(try readLabel(ProtobufReader(try reader.range(tag, bytes), "Label"), bytes))
      case 2: record.value = try reader.double(tag, bytes)
      case 3: record.timestampMs = try reader.int64(tag, bytes)
      default: try reader.skip(tag, bytes)
      }
    }
    record.labels = labelStart..<exemplarLabels.entries.count
    return record
  }

  private func readFamily(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> DecodedFamily {
    var reader = reader
    var name = ""
    var metadata = MetricMetadata()
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: metadata.type = MetricMetadata.MetricType(number: try reader.varint(tag, bytes))
      case 2: name = bytes.string(try reader.text(tag, bytes, "metric_family_name"))
      case 4: metadata.help = bytes.string(try reader.text(tag, bytes, "help"))
      case 5: metadata.unit = bytes.string(try reader.text(tag, bytes, "unit"))
      default: try reader.skip(tag, bytes)
      }
    }
    return DecodedFamily(familyName: name, metadata: metadata)
  }

  /// A sample of either message; only 2.0 has start times.
  func readSample(
    _ reader: ProtobufReader, _ bytes: Span<UInt8>, _ version: WriteMessageVersion
  ) throws(DecodingError) -> Sample {
    var reader = reader
    var sample = Sample(timestampMs: 0, value: 0)
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: sample.value = try reader.double(tag, bytes)
      case 2: sample.timestampMs = try reader.int64(tag, bytes)
      case 3 where version == .v2: sample.startTimestampMs = try reader.int64(tag, bytes)
      default: try reader.skip(tag, bytes)
      }
    }
    return sample
  }
}

extension Span<UInt8> {
  /// A range that was checked to be UTF-8, as a string.
  func string(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }
}
