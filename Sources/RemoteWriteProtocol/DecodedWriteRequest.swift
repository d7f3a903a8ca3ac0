public import MetricModel

/// The content of a request as it was sent: nothing sorted, repaired or left out.
///
///     let request = try DecodedWriteRequest(decoding: body, version: .v2)
///     for series in request.series { series.labels["job"] }
///     RequestValidation(of: request).breaches
public struct DecodedWriteRequest: Sendable {
  public let version: WriteMessageVersion
  public internal(set) var series: [DecodedSeries] = []
  /// The metadata of a 1.0 request; 2.0 has it in the series.
  public internal(set) var metadata: [DecodedFamily] = []
  /// The symbols of a 2.0 request, as ranges of `body`.
  var symbols: [Range<UInt32>] = []
  var body: [UInt8]

  init(version: WriteMessageVersion, body: [UInt8]) {
    self.version = version
    self.body = body
  }

  /// All samples that are not histograms.
  public var sampleCount: Int { series.reduce(0) { $0 + $1.samples.count } }
  public var histogramCount: Int { series.reduce(0) { $0 + $1.histograms.count } }
  public var exemplarCount: Int { series.reduce(0) { $0 + $1.exemplars.count } }
}

/// One `TimeSeries`. Whoever admits it may put its labels in order and leave out what is not taken.
public struct DecodedSeries: Sendable {
  public var labels: DecodedLabels
  public let samples: ArraySlice<Sample>
  public var histograms: ArraySlice<NativeHistogram>
  public var exemplars: ArraySlice<DecodedExemplar>
  /// Given in 2.0 only; nil if the message was absent.
  public let metadata: MetricMetadata?
  /// How many of the histograms had integer and float parts both; only those of their count's kind were kept.
  public let mixedHistogramCount: Int
}

/// One exemplar as it was sent.
public struct DecodedExemplar: Sendable {
  public let labels: DecodedLabels
  public let value: Double
  /// Milliseconds since the Unix epoch; nil where absent or 0, which protobuf does not tell apart.
  public let timestampMs: Int64?

  /// The exemplar for keeping: its labels sorted, of a repeated name the last one.
  public var exemplar: Exemplar { Exemplar(labels: labels.labelSet, value: value, timestampMs: timestampMs) }
}

/// One metadata entry of a 1.0 request.
public struct DecodedFamily: Hashable, Sendable {
  public let familyName: String
  public let metadata: MetricMetadata
}

/// Labels in the order they were sent, which may be unsorted, and hold empty and repeated names.
///
/// Names and values are parts of the request's body, which is shared and not copied.
public struct DecodedLabels: Sendable {
  struct Entry: Sendable {
    var name: Range<UInt32>
    var value: Range<UInt32>
  }

  /// The whole uncompressed body.
  public let body: [UInt8]
  let entries: ArraySlice<Entry>

  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }

  /// The UTF-8 bytes of the name at `index`, counted from 0 in the order of sending.
  public func name(at index: Int) -> ArraySlice<UInt8> {
    text(entries[entries.startIndex + index].name)
  }

  /// The UTF-8 bytes of the value at `index`.
  public func value(at index: Int) -> ArraySlice<UInt8> {
    text(entries[entries.startIndex + index].value)
  }

  /// All labels as strings, in the order of sending.
  public var pairs: [(name: String, value: String)] {
    (0..<count).map {
      (String(decoding: name(at: $0), as: UTF8.self), String(decoding: value(at: $0), as: UTF8.self))
    }
  }

  /// The value of the first label called `name`.
  public subscript(name: String) -> String? {
    (0..<count).first { self.name(at: $0).elementsEqual(name.utf8) }
      .map { String(decoding: value(at: $0), as: UTF8.self) }
  }

  /// Whether names rise strictly in byte order, and so none is repeated.
  public var isSortedAndUnique: Bool {
    count < 2 || (1..<count).allSatisfy { name(at: $0 - 1).lexicographicallyPrecedes(name(at: $0)) }
  }

  /// A name that occurs more than once, or nil.
  public var repeatedName: ArraySlice<UInt8>? {
    if isSortedAndUnique { return nil }
    let names = (0..<count).map { name(at: $0) }.sorted { $0.lexicographicallyPrecedes($1) }
    return zip(names, names.dropFirst()).first { $0 == $1 }?.0
  }

  /// The same labels with names in byte order; those of one name stay in the order of sending.
  public var sortedByName: DecodedLabels {
    if isSortedAndUnique { return self }
    let order = entries.indices.sorted { left, right in
      let (first, second) = (text(entries[left].name), text(entries[right].name))
      return first == second ? left < right : first.lexicographicallyPrecedes(second)
    }
    return DecodedLabels(body: body, entries: order.map { entries[$0] }[...])
  }

  /// Where in ``body`` the name at `index` lies; equal ranges are equal texts.
  public func nameRange(at index: Int) -> Range<Int> {
    let range = entries[entries.startIndex + index].name
    return Int(range.lowerBound)..<Int(range.upperBound)
  }

  /// Where in ``body`` the value at `index` lies.
  public func valueRange(at index: Int) -> Range<Int> {
    let range = entries[entries.startIndex + index].value
    return Int(range.lowerBound)..<Int(range.upperBound)
  }

  /// The bytes of all names and values together, each counted as often as it is referred to.
  public var byteCount: Int { entries.reduce(0) { $0 + $1.name.count + $1.value.count } }

  /// The labels for keeping: sorted, without empty values, of a repeated name the last one.
  public var labelSet: LabelSet {
    var labels = LabelSet()
    for index in 0..<count { labels.set(name(at: index), value(at: index)) }
    return labels
  }

  private func text(_ range: Range<UInt32>) -> ArraySlice<UInt8> {
    body[Int(range.lowerBound)..<Int(range.upperBound)]
  }
}
