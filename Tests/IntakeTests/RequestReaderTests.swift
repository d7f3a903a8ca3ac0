import MetricModel
import RemoteWriteProtocol
import Testing

@testable import Intake

@Suite("Reading write requests")
struct RequestReaderTests {
  /// Protobuf of one field of bytes.
  private func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var bytes = [tag]
    var rest = content.count
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)] + content
  }

  /// A 2.0 request with the symbols "", `__name__`, `m`, `a` and `symbol`, read within `limits`.
  private func read(
    symbol: String = "v", series: [[UInt8]], _ change: (inout IntakeLimits) -> Void = { _ in }
  ) -> Result<AdmittedRequest, RequestRefusal> {
    var body: [UInt8] = []
    for text in ["", "__name__", "m", "a", symbol] { body += field(0x22, Array(text.utf8)) }
    for one in series { body += field(0x2a, one) }
    var compressed: [UInt8] = []
    Snappy.compress(body[...], into: &compressed)
    var limits = IntakeLimits()
    change(&limits)
    return RequestReader(limits).read(
      compressed,
      WriteHeaders(
        contentType: WriteMessageVersion.v2.contentType, contentEncoding: "snappy", version: "2.0.0", userAgent: "t"))
  }

  private var labels: [UInt8] { field(0x0a, [1, 2, 3, 4]) }
  /// Time 1, value 0.
  private var sample: [UInt8] { field(0x12, [0x10, 1]) }
  /// With the long symbol as its label, at time 1.
  private var exemplar: [UInt8] { field(0x22, field(0x0a, [3, 4]) + [0x18, 1]) }

  @Test("A symbol that is meant often counts each time, and beyond the bound the request is refused whole")
  func labelBytes() throws {
    let symbol = String(repeating: "v", count: 1000)
    let series = Array(repeating: labels + sample, count: 10)
    #expect(try read(symbol: symbol, series: series).get().series.count == 10)
    switch read(symbol: symbol, series: series, { $0.labelBytesPerRequestMax = 9000 }) {
    case .success: Issue.record("it was read")
    case .failure(let refusal):
      #expect(refusal.answer.status == 413)
      #expect(refusal.answer.reason.contains("9000"))
      #expect(refusal.bodyByteCount > 0)
    }
  }

  @Test("A series with labels that are too long is refused, and no other")
  func longLabels() throws {
    let symbol = String(repeating: "v", count: 1000)
    let named = field(0x0a, [1, 2]) + sample
    let request = try read(symbol: symbol, series: [labels + sample, named]) { $0.labelBytesMax = 1000 }.get()
    #expect(request.series.count == 1)
    #expect(request.refused.mapValues(\.count) == ["labels_too_long": 1])
  }

  @Test("Exemplars beyond what a series may have are refused and told; the sample is taken")
  func exemplars() throws {
    let symbol = String(repeating: "v", count: 100)
    let series = labels + sample + Array(repeating: exemplar, count: 10).joined()
    let whole = try read(symbol: symbol, series: [series]).get()
    #expect(whole.series[0].exemplars.count == 10)
    #expect(whole.refused.isEmpty)
    let part = try read(symbol: symbol, series: [series]) { $0.exemplarBytesPerSeriesMax = 400 }.get()
    #expect(part.series[0].exemplars.count == 3)
    #expect(part.series[0].samples.count == 1)
    #expect(part.refused.mapValues(\.count) == ["too_many_exemplars": 7])
    let none = try read(symbol: symbol, series: [series]) { $0.labelBytesMax = 110 }.get()
    #expect(none.series[0].exemplars.count == 10)
  }

  @Test("An exemplar with more labels than a series may have is refused, and read in no time", .timeLimit(.minutes(1)))
  func wideExemplar() throws {
    let references = Array(repeating: [3, 4] as [UInt8], count: 129).joined()
    func read(_ references: some Sequence<UInt8>) throws -> AdmittedRequest {
      let exemplar = field(0x22, field(0x0a, Array(references)) + [0x18, 1])
      return try self.read(series: [labels + sample + exemplar]).get()
    }
    #expect(try read(references.dropLast(2)).refused.isEmpty)
    let request = try read(references)
    #expect(request.series.map(\.exemplars.count) == [0])
    #expect(request.series.map(\.samples.count) == [1])
    #expect(request.refused.mapValues(\.count) == ["exemplar_too_many_labels": 1])
  }

  @Test("A series with metadata that is too long is refused, and metadata counts for the request as labels do")
  func longMetadata() throws {
    let symbol = String(repeating: "v", count: 1000)
    let described = field(0x0a, [1, 2]) + sample + field(0x2a, [0x18, 4])
    let plain = field(0x0a, [1, 2]) + sample
    let request = try read(symbol: symbol, series: [described, plain]) { $0.metadataBytesMax = 999 }.get()
    #expect(request.series.count == 1)
    #expect(request.refused.mapValues(\.count) == ["metadata_too_long": 1])
    #expect(try read(symbol: symbol, series: [described]) { $0.metadataBytesMax = 1000 }.get().refused.isEmpty)
    let many = read(symbol: symbol, series: Array(repeating: described, count: 10)) {
      $0.labelBytesPerRequestMax = 9000
    }
    guard case .failure(let refusal) = many else {
      Issue.record("it was read")
      return
    }
    #expect(refusal.answer.status == 413)
  }

  @Test("A series with a million empty labels is refused, and little is listed of it", .timeLimit(.minutes(1)))
  func emptyLabels() throws {
    let series = field(0x0a, [1, 2] + Array(repeating: 0, count: 2_000_000)) + sample
    let request = try read(series: [series]).get()
    #expect(request.series.isEmpty)
    #expect(request.refused.mapValues(\.count) == ["empty_label_name": 1])
    #expect(request.breaches["empty_label_value"]?.count == 100)
  }

  @Test("A histogram of a finer schema comes with schema 8, one of a coarser reserved schema as it is")
  func reservedSchemas() throws {
    func histogram(schema: Int8) -> [UInt8] {
      // A count of 3, schema, one span of two buckets with 1 and 2 observations, time 1.
      let zigzag = UInt8(truncatingIfNeeded: schema << 1 ^ schema >> 7)
      let buckets = field(0x5a, [0x10, 2]) + field(0x62, [2, 2])
      return labels + field(0x1a, [0x08, 3, 0x20, zigzag] + buckets + [0x78, 1])
    }
    let request = try read(series: [histogram(schema: 10), histogram(schema: -9), histogram(schema: 8)]).get()
    #expect(request.refused.isEmpty)
    #expect(request.series.map { $0.histograms.first?.schema } == [8, -9, 8])
    #expect(request.breaches["histogram_reserved_schema"]?.count == 2)
    // Not reserved for anything.
    #expect(try read(series: [histogram(schema: 60)]).get().refused.keys.first == "histogram_schema")
  }
}
