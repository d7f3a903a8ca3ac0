import MetricModel
import RemoteWriteProtocol

extension FuzzTarget {
  /// Write requests and the answers to them.
  static let requests = [
    FuzzTarget("request-v1", seeds: { [encoded(.v1)] }) { decode($0, .v1) },
    FuzzTarget("request-v2", seeds: { [encoded(.v2)] }) { decode($0, .v2) },
    FuzzTarget("snappy", seeds: { [compressed(encoded(.v2)), compressed([])] }) { input in
      let maximum = 1 << 20
      var output: [UInt8] = []
      do {
        try Snappy.decompress(input[...], into: &output, maximum: maximum)
        precondition(output.count <= maximum, "more came out than was allowed")
      } catch {
        precondition(output.capacity <= maximum * 2, "room was taken for what was refused")
      }
    },
    FuzzTarget("snappy-compress", seeds: { [encoded(.v2) + encoded(.v2)] }) { input in
      var output: [UInt8] = []
      try? Snappy.decompress(compressed(input)[...], into: &output, maximum: input.count)
      precondition(output == input, "another text came back")
    },
    FuzzTarget("answer", seeds: { [Array("400 Sun, 06 Nov 1994 08:49:37 GMT 12 bad".utf8)] }) { input in
      let texts = String(decoding: input, as: UTF8.self).split(separator: " ", maxSplits: 3).map(String.init)
      let status = texts.first.flatMap { Int($0) } ?? 0
      var response = WriteResponse(status: status, bodyPrefix: input[...], receivedAtSeconds: .max)
      response.retryAfter = texts.last
      response.samplesWritten = texts.dropFirst().first
      for version in [WriteMessageVersion.v1, .v2] {
        let policy = ClassificationPolicy(retryOnRateLimit: true)
        _ = WriteVerdict(response, to: version, sent: WriteCounts(samples: 2), policy: policy)
      }
    },
    FuzzTarget("request-headers", seeds: { [Array("application/x-protobuf;proto=prometheus.WriteRequest".utf8)] }) {
      input in
      let text = String(decoding: input, as: UTF8.self)
      _ = try? WriteMessageVersion(contentType: text, contentEncoding: "snappy")
      _ = try? WriteMessageVersion(contentType: nil, contentEncoding: text)
    },
  ]

  private static func decode(_ input: [UInt8], _ version: WriteMessageVersion) {
    guard let request = try? DecodedWriteRequest(decoding: input, version: version) else { return }
    // A message of a series takes a byte at least, so nothing may hold more than the bytes account for.
    precondition(request.series.count <= input.count, "more series than bytes")
    _ = RequestValidation(of: request)
    for series in request.series {
      _ = (series.labels.labelSet, series.labels.isSortedAndUnique, series.labels.repeatedName)
      for exemplar in series.exemplars { _ = exemplar.exemplar }
    }
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    Snappy.compress(bytes[...], into: &output)
    return output
  }

  /// A request with one of everything.
  static func encoded(_ version: WriteMessageVersion) -> [UInt8] {
    var table = SeriesTable()
    var labels = LabelSet()
    labels.set("__name__", "requests_total")
    labels.set("job", "a")
    let id = table.register(labels, MetricMetadata(type: .counter, help: "Requests.", unit: ""))
    let histogram = NativeHistogram(
      timestampMs: 2, sum: 3, schema: 1, zeroThreshold: 1e-9,
      counts: .integer(count: 3, zeroCount: 1, negativeDeltas: [], positiveDeltas: [1, 0]),
      positiveSpans: [NativeHistogram.Span(offset: -1, length: 2)])
    var encoder = WriteRequestEncoder(version)
    let (names, values, metadata) = (table.labelNames(of: id), table.labelValues(of: id), table.metadata(of: id))
    encoder.appendSeries(
      names: names, values: values, symbols: table.symbols, metadata: metadata,
      samples: [Sample(timestampMs: 1, value: 2, startTimestampMs: 1)][...],
      exemplars: [Exemplar(labels: labels, value: 1, timestampMs: 1)])
    encoder.appendSeries(
      names: names, values: values, symbols: table.symbols, metadata: metadata, samples: [], histograms: [histogram])
    return encoder.finish()
  }
}
