import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

/// Requests of 2.0 with series that repeat, each with its symbols in an order of its own.
private struct RandomRequests {
  private struct Series {
    /// Names and values in turn, though nothing here tells them apart.
    var texts: [String] = []
    var metadata: (type: UInt64, help: String, unit: String)?
  }

  private static let texts = (0..<20).map { "text \($0)" }
  private var random: SeededRandom
  private var series = [Series()]

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> [UInt8] {
    for _ in 0..<10 { add() }
    // With many symbols before them the numbers of the others have two bytes, or three.
    let fillers = (0..<pick([0, 0, 120, 16_370])).map { "filler \($0)" }
    let symbols = [""] + fillers + Self.texts.shuffled(using: &random)
    let numbers = Dictionary(uniqueKeysWithValues: zip(symbols, 0...).map { ($0, UInt64($1)) })
    var request = ProtobufMessage()
    for symbol in symbols { request.text(4, symbol) }
    for one in series { request.message(5) { write(one, numbers, into: &$0) } }
    return request.bytes
  }

  /// Adds a series like the last one but for a pair or two, as neighbours are.
  private mutating func add() {
    var one = series[series.count - 1]
    for _ in 0..<pick([0, 1, 1, 2]) where !one.texts.isEmpty {
      one.texts[pick(Array(one.texts.indices))] = pick(Self.texts)
    }
    let count = pick([0, 0, 0, 2, 4, 40])
    one.texts += (0..<count).map { _ in pick(Self.texts) }
    if pick([true, false, false]) { one.texts.removeLast(min(one.texts.count, pick([2, 4, 50]))) }
    if pick([true, false]) {
      one.metadata = pick([true, false]) ? (pick([0, 1, 300]), pick(["", "text 1"]), pick(["", "text 2"])) : nil
    }
    series.append(one)
  }

  private mutating func write(_ one: Series, _ numbers: [String: UInt64], into message: inout ProtobufMessage) {
    message.raw(1, one.texts.flatMap { ProtobufMessage.varint(numbers[$0] ?? 0) })
    let start: Int64 = pick([1_700_000_000_000, 1_700_000_000_000, 5, -3])
    let (value, startMs) = (pick([2.5, 2.5, 0]), pick([0, 0, start]))
    for place in 0..<pick([1, 1, 1, 30]) as Range<Int64> {
      message.message(2) {
        if value != 0 { $0.double(1, value + Double(place)) }
        $0.integer(2, UInt64(bitPattern: start + place))
        if startMs != 0 { $0.integer(3, UInt64(bitPattern: startMs)) }
      }
    }
    guard let metadata = one.metadata else { return }
    message.message(5) {
      if metadata.type != 0 { $0.integer(1, metadata.type) }
      if !metadata.help.isEmpty { $0.integer(3, numbers[metadata.help] ?? 0) }
      if !metadata.unit.isEmpty { $0.integer(4, numbers[metadata.unit] ?? 0) }
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }
}

@Suite("The scan of a message")
struct MessageScanTests {
  /// What a key is to stand for; a type that has no name is another one all the same.
  private struct Meaning: Hashable {
    var texts: [[UInt8]]
    var help: String
    var unit: String
  }

  @Test("Series have one key if they have the same texts, and the floats that are read", arguments: SeededRandom.seeds)
  func model(seed: UInt64) throws {
    var requests = RandomRequests(seed: seed)
    var meanings: [Hash128.Digest: Meaning] = [:]
    var keys: [Meaning: Set<Hash128.Digest>] = [:]
    for round in 0..<15 {
      let body = requests.next()
      let scan = try #require(MessageScan(body, .v2), "seed \(seed), round \(round)")
      let read = try DecodedWriteRequest(decoding: body, version: .v2)
      try #require(scan.series.count == read.series.count)
      for (one, series) in zip(scan.series, read.series) {
        let labels = series.labels
        let meaning = Meaning(
          texts: (0..<labels.count).flatMap { [Array(labels.name(at: $0)), Array(labels.value(at: $0))] },
          help: series.metadata?.help ?? "", unit: series.metadata?.unit ?? "")
        #expect(one.isPlain, "seed \(seed), round \(round)")
        #expect(meanings.updateValue(meaning, forKey: one.key) ?? meaning == meaning, "seed \(seed), round \(round)")
        keys[meaning, default: []].insert(one.key)
        let floats = one.samples.map {
          Sample(
            timestampMs: scan.timestampsMs[$0], value: scan.values[$0],
            startTimestampMs: scan.startTimestampsMs.isEmpty ? 0 : scan.startTimestampsMs[$0])
        }
        #expect(floats == Array(series.samples), "seed \(seed), round \(round)")
      }
    }
    // One key for each of the types.
    #expect(keys.values.allSatisfy { $0.count <= 3 }, "seed \(seed)")
    #expect(keys.count > 50)
  }

  @Test("A message that breaks off is none, wherever it does", arguments: SeededRandom.seeds)
  func cut(seed: UInt64) throws {
    var requests = RandomRequests(seed: seed)
    let body = requests.next()
    for count in stride(from: 0, to: body.count, by: max(1, body.count / 500)) {
      let part = Array(body.prefix(count))
      guard let scan = MessageScan(part, .v2) else { continue }
      let read = try DecodedWriteRequest(decoding: part, version: .v2)
      #expect(scan.series.count == read.series.count, "seed \(seed), \(count) bytes")
    }
  }

  @Test("A pair that reaches beyond its series makes it none that is plain, though it was known before")
  func beyond() throws {
    for references in [[1, 2, 1, 2], [1, 2, 1], [1]] as [[UInt8]] {
      var request = ProtobufMessage()
      for symbol in ["", "a", "b"] { request.text(4, symbol) }
      for references in [[1, 2, 1, 2], references] {
        request.message(5) {
          $0.raw(1, references)
          $0.message(2) { $0.integer(2, 2) }
        }
      }
      let scan = try #require(MessageScan(request.bytes, .v2))
      #expect(scan.series.map(\.isPlain) == [true, references.count % 2 == 0])
    }
  }
}
