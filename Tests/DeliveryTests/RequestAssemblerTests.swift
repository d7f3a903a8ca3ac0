import GodwitTesting
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Testing

@testable import Delivery
@testable import DurableLog
@testable import SampleLog

@Suite("The request assembler")
struct RequestAssemblerTests {
  private static let lanes = 3
  private static let seriesCount = 18

  /// Records as the log would give them, made of numbered series.
  private struct Source {
    var random: SeededRandom
    let registry = SeriesRegistry()
    var resolver: SeriesResolver
    var ids: [SeriesID] = []
    var encoder = SampleRecordEncoder()
    var decoded = DecodedRecord()
    var offset: UInt64 = 128
    var counter = 0.0

    init(seed: UInt64) throws {
      random = SeededRandom(seed: seed)
      let rule = RelabelRule(sourceLabels: ["drop"], regex: "yes", action: "drop")
      resolver = SeriesResolver(
        registry: registry, externalLabels: LabelSet(), program: try RelabelProgram([rule]))
      resolver.begin(1, oldestWaiting: nil)
      for number in 0..<seriesCount {
        let labels = LabelSet(["__name__": "m", "n": "\(number)", "drop": number % 5 == 4 ? "yes" : "no"])
        ids.append(registry.withTable { $0.register(labels) })
        if Self.fate(number) != .unknown { resolver.define(ids[number].rawValue, labels, .none) }
      }
    }

    static func fate(_ series: Int) -> AssemblerModel.Fate {
      series % 7 == 3 ? .unknown : series % 5 == 4 ? .dropped : .kept
    }

    /// Since when a sample has been counting: whole records say nothing of it, others of some samples.
    static func start(_ value: Double) -> Int64 {
      let number = Int64(value)
      return number / 40 % 2 == 0 || number % 3 == 0 ? 0 : number / 5
    }

    /// The next record, its content, and what a model says of it from sample `first` on.
    mutating func record(keepsHistograms: Bool) -> (record: LogRecord, first: Int, piece: AssemblerModel.Piece) {
      let lane = Int.random(in: 0..<lanes, using: &random)
      let series = (0..<seriesCount).filter { $0 % lanes == lane && !random.oneIn(3) }.shuffled(using: &random)
      var batch = SampleBatch()
      var floats: [AssemblerModel.Entry] = []
      var histograms: [AssemblerModel.Entry] = []
      for number in series {
        counter += 1
        var entry = AssemblerModel.Entry(
          series: number, value: counter, timestampMs: random.oneIn(8) ? -5 : Int64(counter),
          isHistogram: random.oneIn(4), exemplars: 0, fate: Self.fate(number), index: 0)
        if entry.isHistogram && !keepsHistograms { entry.fate = .dropped }
        if entry.fate == .kept && entry.timestampMs < 0 { entry.fate = .tooOld }
        if entry.isHistogram {
          batch.append(ids[number], histogram: Self.histogram(entry))
          if random.oneIn(3) {
            entry.exemplars += 1
            batch.attach(Exemplar(labels: LabelSet(["e": "h"]), value: entry.value, timestampMs: 9))
          }
          histograms.append(entry)
          continue
        }
        batch.append(
          ids[number], timestampMs: entry.timestampMs, value: entry.value, startTimestampMs: Self.start(entry.value))
        while random.oneIn(3) {
          entry.exemplars += 1
          batch.attach(Exemplar(labels: LabelSet(["e": "\(entry.exemplars)"]), value: entry.value, timestampMs: 9))
        }
        floats.append(entry)
      }
      var entries = floats + histograms
      for index in entries.indices { entries[index].index = index }
      var bytes: [UInt8] = []
      registry.withTable { encoder.encode(batch, segment: 1, lane: 0, table: &$0, into: &bytes) }
      do { try decoded.decode(bytes, in: 0..<bytes.count) { _, _, _ in } } catch { Issue.record("\(error)") }
      let first = entries.isEmpty || !random.oneIn(5) ? 0 : Int.random(in: 0..<entries.count, using: &random)
      let record = LogRecord(
        kind: RecordKind.samples, lane: UInt32(lane), sampleCount: entries.count, sequence: 0, timeMs: 0,
        position: LogPosition(segment: 1, offset: offset), next: LogPosition(segment: 1, offset: offset + 100),
        payload: 0..<bytes.count)
      offset += 100
      let piece = AssemblerModel.Piece(
        position: record.position, next: record.next, entries: Array(entries.dropFirst(first)))
      return (record, first, piece)
    }

    private static func histogram(_ entry: AssemblerModel.Entry) -> NativeHistogram {
      NativeHistogram(
        timestampMs: entry.timestampMs, sum: entry.value, schema: 0, zeroThreshold: 0,
        counts: .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [3]),
        positiveSpans: [NativeHistogram.Span(offset: 0, length: 1)])
    }
  }

  @Test(
    "Every sample leaves once, in one way, in order, and marks name the right place", arguments: 0..<60 as Range<UInt64>
  )
  func model(seed: UInt64) throws {
    var source = try Source(seed: seed)
    var assembler = RequestAssembler()
    var model = AssemblerModel()
    var press = RequestPress()
    press.begin(seed % 2 == 0 ? .v1 : .v2)
    let filter = RequestAssembler.Filter(keepsExemplars: seed % 3 > 0, keepsHistograms: seed % 5 > 0, oldestMs: 0)
    var newest: [String: Double] = [:]
    for step in 0..<400 {
      let story: Comment = "seed \(seed), step \(step)"
      // Long runs of reading, so that columns grow and are squeezed.
      while assembler.keptCount < (step % 50 == 0 ? 200 : 12) && !source.random.oneIn(6) {
        if source.random.oneIn(9) {
          var piece = AssemblerModel.Piece(
            position: LogPosition(segment: 1, offset: source.offset),
            next: LogPosition(segment: 1, offset: source.offset + 50), entries: [])
          piece.damaged = UInt64.random(in: 0...4, using: &source.random)
          source.offset += 50
          var lost = SettledCounts()
          lost.damaged = piece.damaged
          assembler.append(lost: lost, position: piece.position, next: piece.next, timeMs: 0)
          model.pieces.append(piece)
        } else {
          let (record, first, piece) = source.record(keepsHistograms: filter.keepsHistograms)
          assembler.append(record, source.decoded, from: first, source.resolver, filter)
          model.pieces.append(piece)
        }
      }
      if source.random.oneIn(12) {
        let floor = LogPosition(segment: 1, offset: source.offset &- UInt64.random(in: 0...900, using: &source.random))
        assembler.expire(before: floor)
        model.expire(as: .beyondBounds) { piece, _ in piece.position < floor }
      }
      if source.random.oneIn(12) {
        let oldest = Int64(source.counter) - Int64.random(in: 0...40, using: &source.random)
        assembler.expire(olderThanMs: oldest)
        model.expire(as: .tooOld) { _, entry in entry.timestampMs < oldest }
      }
      #expect(assembler.keptCount == model.keptCount, story)
      #expect(assembler.columnCount == model.pieces.reduce(0) { $0 + $1.entries.count }, story)

      let maxKept = source.random.oneIn(5) ? 0 : Int.random(in: 1...15, using: &source.random)
      let cut = assembler.cut(maxKept: maxKept)
      let expected = model.prefix(maxKept: maxKept)
      #expect(cut.kept == expected.kept.count, story)
      #expect(cut.others == expected.others, story)
      if !model.pieces.isEmpty { #expect(cut.mark == expected.mark, story) }
      #expect(cut.newestMs == expected.kept.map(\.timestampMs).max() ?? Int64.min, story)

      assembler.encode(cut, into: &press, source.registry)
      let request = try DecodedWriteRequest(decoding: press.encoder.finish(), version: press.encoder.version)
      // A request that is not settled is made again: what it holds must not depend on that.
      let isSettled = !source.random.oneIn(4)
      var newestNow = newest
      try check(request, expected.kept, filter, &newestNow, story)
      if isSettled {
        newest = newestNow
        assembler.removeFirst(cut)
        model.pieces = expected.rest
        #expect(assembler.isEmpty == model.pieces.isEmpty, story)
      }
    }
  }

  /// What a request holds must be what was expected; each series stands in it once, with its values in log order.
  private func check(
    _ request: DecodedWriteRequest, _ expected: [AssemblerModel.Entry], _ filter: RequestAssembler.Filter,
    _ newest: inout [String: Double], _ story: Comment
  ) throws {
    var found: [Double: (series: String, timestampMs: Int64, isHistogram: Bool)] = [:]
    var places: [String: Int] = [:]
    for series in request.series {
      let name = try #require(series.labels["n"])
      for sample in series.samples {
        found[sample.value] = (name, sample.timestampMs, false)
        let start = request.version == .v2 ? Source.start(sample.value) : 0
        #expect(sample.startTimestampMs == start, story)
      }
      for histogram in series.histograms { found[histogram.sum] = (name, histogram.timestampMs, true) }
      for (kind, values) in [("float", series.samples.map(\.value)), ("histogram", series.histograms.map(\.sum))] {
        if !values.isEmpty { places["\(name) \(kind)", default: 0] += 1 }
        for value in values {
          #expect(newest["\(name) \(kind)", default: 0] < value, story)
          newest["\(name) \(kind)"] = value
        }
      }
    }
    if expected.count >= RequestAssembler.groupedMin { #expect(places.values.allSatisfy { $0 == 1 }, story) }
    #expect(request.sampleCount + request.histogramCount == expected.count, story)
    for entry in expected {
      let place = try #require(found[entry.value], story)
      #expect(place == ("\(entry.series)", entry.timestampMs, entry.isHistogram), story)
    }
    let exemplars = filter.keepsExemplars ? expected.reduce(0) { $0 + $1.exemplars } : 0
    #expect(request.exemplarCount == exemplars, story)
  }

  @Test("A backlog that never ends does not make the columns grow for ever")
  func columnsStayBounded() throws {
    var source = try Source(seed: 1)
    var assembler = RequestAssembler()
    let filter = RequestAssembler.Filter(keepsExemplars: true, keepsHistograms: true, oldestMs: .min)
    var settled = 0
    for _ in 0..<4000 {
      while assembler.keptCount < 10 {
        let (record, first, _) = source.record(keepsHistograms: true)
        assembler.append(record, source.decoded, from: first, source.resolver, filter)
      }
      // One is always left, so there is never a moment to begin anew.
      let cut = assembler.cut(maxKept: assembler.keptCount - 1)
      settled += cut.columns
      assembler.removeFirst(cut)
    }
    #expect(settled > 20_000)
    #expect(assembler.heldColumns < 10_000)
  }
}
