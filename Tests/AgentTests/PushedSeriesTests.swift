import GodwitTesting
import MetricModel
import Testing

@testable import Agent

@Suite("The series that pushes hold")
struct PushedSeriesTests {
  @Test("They are those of the model after any course of events", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var held = PushedSeries(seriesMax: 40, bytesMax: 1000, keepMs: 100)
    var model: [UInt32: (lane: UInt32, seenMs: Int64)] = [:]
    var visits: [(number: Int, beganMs: Int64)] = []
    var nowMs: Int64 = 0
    var lookedMs: Int64?
    for _ in 0..<5000 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        let number = UInt32.random(in: 0..<80, using: &random)
        let lane = held.lane(of: SeriesID(rawValue: number), at: nowMs)
        #expect(lane == model[number]?.lane, "seed \(seed)")
        if lane != nil { model[number]?.seenMs = nowMs }
        let bytes = model.keys.reduce(0) { $0 + Int($1) }
        #expect(held.byteCount == bytes, "seed \(seed)")
        #expect(held.hasRoom == (model.count < 40 && bytes < 1000), "seed \(seed)")
        if lane == nil && held.hasRoom {
          held.hold(SeriesID(rawValue: number), lane: number % 16, bytes: Int(number), at: nowMs)
          model[number] = (number % 16, nowMs)
        }
      case 5: visits.append((held.beginVisit(at: nowMs), nowMs))
      case 6:
        if let index = visits.indices.randomElement(using: &random) { held.endVisit(visits.remove(at: index).number) }
      case 7: nowMs += Int64.random(in: 0...60, using: &random)
      default:
        let gone = Set(held.expire(at: nowMs).map(\.rawValue))
        guard lookedMs.map({ nowMs >= $0 + 10 }) ?? true else {
          #expect(gone.isEmpty, "seed \(seed)")
          continue
        }
        lookedMs = nowMs
        let limitMs = min(nowMs - 100, visits.map(\.beganMs).min() ?? .max)
        #expect(gone == Set(model.filter { $0.value.seenMs < limitMs }.keys), "seed \(seed)")
        for number in gone { model[number] = nil }
      }
      #expect(held.count == model.count, "seed \(seed)")
    }
  }

  @Test("A series that a request under way uses is not let go of, however long the request takes")
  func longVisit() {
    var held = PushedSeries(seriesMax: 10, bytesMax: 1000, keepMs: 1000)
    let visit = held.beginVisit(at: 0)
    held.hold(SeriesID(rawValue: 7), lane: 1, bytes: 1, at: 0)
    let goneMeanwhile = held.expire(at: 100_000)
    #expect(goneMeanwhile.isEmpty)
    held.endVisit(visit)
    let goneAfter = held.expire(at: 200_000)
    #expect(goneAfter == [SeriesID(rawValue: 7)])
    let lane = held.lane(of: SeriesID(rawValue: 7), at: 200_000)
    #expect(lane == nil)
  }
}

@Suite("What 1.0 senders say of families")
struct PushedFamiliesTests {
  private func metadata(_ name: String, in families: PushedFamilies) -> String {
    families.metadata(ofMetric: ArraySlice(name.utf8)).help
  }

  @Test(
    "A metric belongs to the family of its name, or of its name without the ending of its type",
    arguments: [
      ("plain", "p"), ("requests_total", "c"), ("requests_created", "c"), ("latency_bucket", "h"),
      ("latency_sum", "h"), ("latency_count", "h"), ("latency", "h"), ("quantiles_sum", "s"), ("plain_total", ""),
      ("requests_bucket", ""), ("quantiles_bucket", ""), ("gauge_gcount", "g"), ("build_info", "i"), ("_total", ""),
      ("own_total", "o"), ("", ""),
    ])
  func lookUp(metric: String, help: String) {
    var families = PushedFamilies(familiesMax: 100, bytesMax: 10_000)
    for (name, type, help) in [
      ("plain", .gauge, "p"), ("requests", .counter, "c"), ("latency", .histogram, "h"), ("quantiles", .summary, "s"),
      ("gauge", .gaugeHistogram, "g"), ("build", .info, "i"), ("own_total", .counter, "o"),
    ] as [(String, MetricMetadata.MetricType, String)] {
      families.note(name, MetricMetadata(type: type, help: help), at: 0)
    }
    #expect(metadata(metric, in: families) == help)
  }

  @Test("Of two descriptions the first stands while it is repeated, and the other takes over when it is not")
  func disagreement() {
    var families = PushedFamilies(familiesMax: 10, bytesMax: 1000)
    for minute in 0..<10 as Range<Int64> {
      families.note("m", MetricMetadata(help: "one"), at: minute * 60_000)
      families.note("m", MetricMetadata(help: "other"), at: minute * 60_000 + 1)
      #expect(metadata("m", in: families) == "one")
    }
    families.note("m", MetricMetadata(help: "other"), at: 9 * 60_000 + PushedFamilies.trustMs)
    #expect(metadata("m", in: families) == "other")
  }

  @Test("Beyond the bounds nothing is kept, and it is counted; what is known stays")
  func bounds() {
    var families = PushedFamilies(familiesMax: 2, bytesMax: 20)
    families.note("a", MetricMetadata(help: "1234567890"), at: 0)
    families.note("b", MetricMetadata(help: "1234567890"), at: 0)
    #expect(families.all.map(\.name) == ["a"])
    families.note("b", MetricMetadata(), at: 0)
    families.note("c", MetricMetadata(), at: 0)
    #expect(families.all.map(\.name) == ["a", "b"])
    let unkept = families.takeUnkept()
    #expect(unkept == 2)
    families.note("a", MetricMetadata(help: "12345678901234567890"), at: PushedFamilies.trustMs)
    #expect(metadata("a", in: families) == "1234567890")
  }
}
