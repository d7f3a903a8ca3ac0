public import MetricModel

/// Assembles the body of one Remote Write request after another, of either version.
///
///     var encoder = WriteRequestEncoder(.v2)
///     encoder.appendSeries(
///       names: table.labelNames(of: id), values: table.labelValues(of: id), symbols: table.symbols,
///       metadata: table.metadata(of: id), samples: samples[...])
///     encoder.finish(compressedInto: &block)  // the encoder is empty again
///
/// The labels are symbol numbers of the process's `SymbolTable`, always the same one. Numbers may be released and
/// reused while a request is being assembled; they only have to be valid during the call that names them.
///
/// What a message cannot carry is left out and counted in ``omissions``; nothing else is ever left out.
///
/// - Complexity: appending is linear in what is appended. Once the buffers have grown to the size of a request,
///   series of samples allocate nothing; no text is hashed except that of exemplars' labels.
public struct WriteRequestEncoder: Sendable {
  public let version: WriteMessageVersion
  /// Samples in the request so far.
  public private(set) var sampleCount = 0
  /// Native histograms in the request so far.
  public private(set) var histogramCount = 0
  /// Exemplars in the request so far.
  public private(set) var exemplarCount = 0
  /// What was left out since the last ``reset()`` or ``finish(into:)``.
  public private(set) var omissions = EncodingOmissions()

  /// The series written so far.
  var buffer = WireBuffer()
  var cursor = WriteCursor()
  var requestSymbols = RequestSymbols()
  /// Where blocks are made: a request may need far more room than its block takes in the end.
  private var scratch: [UInt8] = []

  public init(_ version: WriteMessageVersion) { self.version = version }

  /// Whether the request carries no data.
  public var isEmpty: Bool { sampleCount + histogramCount + exemplarCount == 0 }

  /// The exact size of the uncompressed request so far, in bytes.
  public var byteCount: Int { buffer.count + (version == .v2 ? requestSymbols.buffer.count : 0) }

  /// Begins another request and keeps the memory.
  public mutating func reset() {
    buffer.removeAll()
    cursor.beginRequest()
    if version == .v2 { requestSymbols.reset() }
    sampleCount = 0
    histogramCount = 0
    exemplarCount = 0
    omissions = EncodingOmissions()
  }

  /// Appends the data of one series.
  ///
  /// Version 2.0 allows no `TimeSeries` with samples and histograms both, so there such a series is written as two.
  /// An exemplar without a time takes that of the last sample or histogram given with it.
  ///
  /// - Parameters:
  ///   - names: symbol numbers in `symbols` of the names of the labels, sorted by name, each name once.
  ///   - values: those of their values, as many.
  ///   - symbols: the process's table, the same one in every call.
  ///   - metadata: written with each series in 2.0, ignored in 1.0.
  ///   - samples: in time order.
  ///   - histograms: in time order.
  public mutating func appendSeries(
    names: ArraySlice<UInt32>, values: ArraySlice<UInt32>, symbols: SymbolTable, metadata: MetadataSymbols,
    samples: ArraySlice<Sample>, exemplars: [Exemplar] = [], histograms: [NativeHistogram] = []
  ) {
    appendSeries(
      names: names.span, values: values.span, symbols: symbols, metadata: metadata, samples: samples.span,
      exemplars: exemplars, histograms: histograms)
  }

  /// The same from spans, for loops that cannot afford to count the owner of a slice for every series.
  public mutating func appendSeries(
    names: Span<UInt32>, values: Span<UInt32>, symbols: SymbolTable, metadata: MetadataSymbols,
    samples: Span<Sample>, exemplars: [Exemplar] = [], histograms: [NativeHistogram] = []
  ) {
    precondition(names.count == values.count, "labels are pairs of a name and a value")
    if version == .v1 {
      appendV1(names, values, symbols, samples, exemplars, histograms)
      return
    }
    if !samples.isEmpty { appendV2(names, values, symbols, metadata, samples, exemplars, []) }
    if !histograms.isEmpty {
      appendV2(names, values, symbols, metadata, Span(), samples.isEmpty ? exemplars : [], histograms)
    }
    if samples.isEmpty && histograms.isEmpty { omissions.exemplarsWithoutData += exemplars.count }
  }

  /// Replaces `body` by the finished, uncompressed request and begins another one.
  public mutating func finish(into body: inout [UInt8]) {
    body.removeAll(keepingCapacity: true)
    // Symbols go first, so that a receiver can resolve references while it reads.
    if version == .v2 { body.append(contentsOf: requestSymbols.buffer.bytes) }
    body.append(contentsOf: buffer.bytes)
    reset()
  }

  /// Replaces `block` by the finished request in the snappy block format and begins another one.
  ///
  /// - Precondition: the request is shorter than 4 GiB.
  public mutating func finish(compressedInto block: inout [UInt8]) {
    Snappy.compress(version == .v2 ? requestSymbols.buffer.bytes : [], buffer.bytes, into: &scratch)
    block.removeAll(keepingCapacity: true)
    block.append(contentsOf: scratch)
    reset()
  }

  /// The finished, uncompressed request; begins another one.
  public mutating func finish() -> [UInt8] {
    var body: [UInt8] = []
    finish(into: &body)
    return body
  }

  mutating func count(samples: Int, exemplars: Int, histograms: Int) {
    sampleCount += samples
    exemplarCount += exemplars
    histogramCount += histograms
  }

  mutating func omit(_ path: WritableKeyPath<EncodingOmissions, Int>, _ count: Int) {
    omissions[keyPath: path] += count
  }
}

/// What could not be part of a request, by reason.
public struct EncodingOmissions: Hashable, Sendable {
  /// Native histograms with custom bounds, which Remote Write 1.0 does not know.
  public var histogramsWithCustomBuckets = 0
  /// Exemplars given with neither a sample nor a histogram: Remote Write 2.0 forbids such a series.
  public var exemplarsWithoutData = 0
  /// Exemplars without a time, and without a sample or histogram to take it from.
  public var exemplarsWithoutTimestamp = 0

  public init() {}

  public var isEmpty: Bool { self == EncodingOmissions() }
}

extension Span<Sample> {
  /// The time of the last sample; nil if there is none.
  var lastTimestampMs: Int64? { isEmpty ? nil : self[count - 1].timestampMs }
}
