import GodwitTesting
import MetricModel
import RemoteWriteProtocol
import Testing

@testable import Bench

@Suite("Counting what is received")
struct CountingTests {
  static let cases = WriteMessageVersion.allCases.flatMap { version in SeededRandom.seeds.map { (version, $0) } }

  /// A request with series, samples, histograms and exemplars by chance.
  private func request(_ version: WriteMessageVersion, _ random: inout SeededRandom) -> [UInt8] {
    var (encoder, symbols) = (WriteRequestEncoder(version), SymbolTable())
    for number in 0..<Int.random(in: 0...60, using: &random) {
      let (name, value) = (symbols.intern("__name__"), symbols.intern("metric_\(number)"))
      let metadata = MetadataSymbols(type: .gauge, help: symbols.intern("Help."), unit: 0)
      let samples = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Sample(
          timestampMs: random.oneIn(9) ? 0 : .random(in: -5_000...5_000_000_000_000, using: &random),
          value: random.oneIn(5) ? 0 : .random(in: -1e9...1e9, using: &random))
      }
      let exemplars = (0..<Int.random(in: 0...2, using: &random)).map { _ in
        Exemplar(labels: LabelSet(["trace_id": "t"]), value: 1, timestampMs: 9)
      }
      encoder.appendSeries(
        names: [name], values: [value], symbols: symbols, metadata: metadata, samples: samples[...],
        exemplars: exemplars)
    }
    return encoder.finish()
  }

  @Test("The counts are those of the real decoder", arguments: cases)
  func sameAsDecoder(version: WriteMessageVersion, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let message = request(version, &random)
      let decoded = try DecodedWriteRequest(decoding: message, version: version)
      var counts = ReceivedCounts()
      let counted = counts.count(message, version, bytes: 5, nowMs: 10_000)
      let brought = try #require(counted)
      #expect(brought.samples == decoded.sampleCount && counts.samples == decoded.sampleCount)
      #expect(brought.histograms == decoded.histogramCount && brought.exemplars == decoded.exemplarCount)
      #expect(counts.series == decoded.series.count && counts.requests == 1)
      #expect(counts.bytes == 5 && counts.messageBytes == message.count)
      var delays = Spread()
      for series in decoded.series { for sample in series.samples { delays.add(10_000 - sample.timestampMs) } }
      #expect(counts.delaysMs == delays)
    }
  }

  @Test("A request that is cut off is either refused or counted, and a refused one counts nothing", arguments: cases)
  func cutOff(version: WriteMessageVersion, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var refusals = 0
    for _ in 0..<200 {
      var message = request(version, &random)
      guard !message.isEmpty else { continue }
      message.removeLast(Int.random(in: 0..<message.count, using: &random))
      message[Int.random(in: 0..<message.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      var counts = ReceivedCounts()
      let counted = counts.count(message, version, bytes: 1, nowMs: 0)
      if counted == nil {
        refusals += 1
        #expect(counts.samples == 0 && counts.requests == 0 && counts.malformed == 1 && counts.delaysMs.count == 0)
      }
    }
    #expect(refusals > 0)
  }

  @Test("Times at the ends of the range do not trap", arguments: [Int64.min, .max])
  func farTimes(timestampMs: Int64) {
    var (encoder, symbols) = (WriteRequestEncoder(.v2), SymbolTable())
    let (name, value) = (symbols.intern("__name__"), symbols.intern("m"))
    encoder.appendSeries(
      names: [name], values: [value], symbols: symbols,
      metadata: MetadataSymbols(type: .gauge, help: 0, unit: 0),
      samples: [Sample(timestampMs: timestampMs, value: 1)])
    var counts = ReceivedCounts()
    let counted = counts.count(encoder.finish(), .v2, bytes: 1, nowMs: .min)
    #expect(counted?.samples == 1)
  }

  @Test("What is pushed decodes to the series of the mix with new values and times", arguments: [1, 2])
  func pushed(version: Int) throws {
    let version: WriteMessageVersion = version == 1 ? .v1 : .v2
    let series = PageMix.series(target: 4, count: 300)
    var request = PushRequest(series.map { (4, $0) }, version)
    #expect(request.sampleCount == 300)
    for number in [1, 2, 50] {
      let timestampMs = 1_700_000_000_000 + Int64(number) * 777
      var (body, message) = ([UInt8](), [UInt8]())
      request.write(number: number, timestampMs: timestampMs, into: &body)
      try Snappy.decompress(body[...], into: &message, maximum: 1 << 20)
      let decoded = try DecodedWriteRequest(decoding: message, version: version)
      #expect(RequestValidation(of: decoded).breaches.isEmpty)
      #expect(decoded.series.count == 300)
      for (sent, one) in zip(decoded.series, series) {
        #expect(sent.labels["__name__"] == one.name && sent.labels["instance"] == TargetPages.instance(4))
        let sample = try #require(sent.samples.first)
        #expect(sample.timestampMs == timestampMs)
        #expect(abs(sample.value - one.value(at: number)) <= abs(sample.value) * 1e-12)
      }
    }
  }
}
