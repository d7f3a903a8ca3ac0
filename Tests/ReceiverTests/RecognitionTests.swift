import ByteCoding
import GodwitTesting
import Intake
import RemoteWriteProtocol
import Synchronization
import Testing

@testable import Agent

/// A store that recognises nothing, so that every series of every request is read.
private struct Forgetful: WriteStore {
  let store: PushStore
  func take(_ request: AdmittedRequest) -> StoreOutcome { store.take(request) }
  func noteUnread(_ refusal: RequestRefusal) { store.noteUnread(refusal) }
}

private final class Clock: Sendable {
  let nowMs = Atomic<Int64>(0)
}

@Suite("Recognising the series of pushes")
struct RecognitionTests {
  private static func headers(_ version: WriteMessageVersion) -> WriteHeaders {
    WriteHeaders(
      contentType: version.contentType, contentEncoding: "snappy", version: version.versionHeader, userAgent: "test/1")
  }

  /// Requests of a sender that sends a few series over and over, some of them in ways that no good sender would.
  private static func request(_ version: WriteMessageVersion, _ random: inout SeededRandom, at time: Int64) -> [UInt8] {
    let all = (0..<Int.random(in: 0...12, using: &random)).map { _ in
      series(version, Int.random(in: 0..<20, using: &random), &random, at: time)
    }
    if version == .v2 { return TestRequest.v2(all, unknownFields: Int.random(in: 0..<8, using: &random) == 0) }
    let tellsFamilies = Int.random(in: 0..<4, using: &random) == 0
    let family = ("m\(Int.random(in: 0..<3, using: &random))", UInt64.random(in: 1...3, using: &random))
    return TestRequest.v1(all, metadata: tellsFamilies ? [family] : [])
  }

  private static func series(
    _ version: WriteMessageVersion, _ number: Int, _ random: inout SeededRandom, at time: Int64
  ) -> TestSeries {
    var one = TestSeries("m\(number % 3)", [("instance", "ä\(number % 5)"), ("n", "\(number)")], at: time)
    one.type = UInt64(number % 4)
    one.help = number % 2 == 0 ? "help" : ""
    one.startTimestampMs = version == .v2 && number % 7 == 0 ? 5 : 0
    switch Int.random(in: 0..<40, using: &random) {
    case 0: one.labels.swapAt(1, 2)
    case 1: one.labels[1].1 = ""
    case 2: one.labels.append(one.labels[2])
    case 3: one.samples = []
    case 4...6: one.samples.append((time + 1, 2))
    case 7: one.samples.append((time, 2))
    case 8, 9: one.histograms = [(time, 3)]
    case 10:
      one.histograms = [(time, 3)]
      one.samples = []
    case 11...13: one.exemplars = [(time, 0.5)]
    case 14...16:
      one.exemplars = [(time, 0.5)]
      one.samples = []
    case 17: one.labels.removeFirst()
    case 18: one.samples[0].value = 0
    default: break
    }
    return one
  }

  @Test(
    "What is recognised is answered and written as if it had been read", arguments: WriteMessageVersion.allCases,
    SeededRandom.seeds)
  func model(version: WriteMessageVersion, seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let (site, plain) = (try AgentSite(), try AgentSite())
    let slow = WriteIntake(limits: IntakeLimits(), store: Forgetful(store: plain.store))
    for round in 1...150 as ClosedRange<Int64> {
      var body = Self.request(version, &random, at: round * 10)
      // A body that is cut or garbled is refused in the same words.
      if Int.random(in: 0..<10, using: &random) == 0 {
        var bytes: [UInt8] = []
        try Snappy.decompress(body[...], into: &bytes, maximum: 1 << 20)
        if let index = bytes.indices.randomElement(using: &random) {
          bytes[index] = .random(in: 0...255, using: &random)
        }
        body = TestRequest.compressed(bytes)
      }
      let answer = site.route.intake.answer(body, Self.headers(version))
      #expect(slow.answer(body, Self.headers(version)) == answer, "seed \(seed), round \(round)")
    }
    let (points, others) = (try site.points(), try plain.points())
    #expect(points.count == others.count, "seed \(seed)")
    let expected = Dictionary(grouping: others, by: \.labels)
    for (labels, points) in Dictionary(grouping: points, by: \.labels) {
      #expect(points.map(\.timestampMs) == expected[labels]?.map(\.timestampMs), "seed \(seed), \(labels)")
      #expect(points.map(\.lane) == expected[labels]?.map(\.lane), "seed \(seed), \(labels)")
    }
    #expect(try site.stored() == plain.stored(), "seed \(seed)")
    #expect(site.store.families.map(\.metadata) == plain.store.families.map(\.metadata), "seed \(seed)")
  }

  @Test(
    "A second request is recognised whole, and its labels are read no more", arguments: WriteMessageVersion.allCases)
  func whole(version: WriteMessageVersion) async throws {
    let site = try AgentSite()
    let reader = site.route.intake.reader
    for time in [1, 2] as [Int64] {
      let series = (0..<300).map { TestSeries("m", [("n", "\($0)")], at: time) }
      let body = version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
      let message = try reader.open(body, Self.headers(version)).get()
      let recognition = try #require(site.store.recognise(message))
      #expect(recognition.knownCount == (time == 1 ? 0 : 300))
      site.store.end(recognition)
      // Both halves of a key tell series apart, so that one digest of 64 bits would do by itself.
      #expect(Set(recognition.scan.series.map(\.key.low)).count == 300)
      #expect(Set(recognition.scan.series.map(\.key.high)).count == 300)
      #expect(site.route.intake.answer(body, Self.headers(version)).status == 204)
    }
    #expect(try site.points().count == 600)
  }

  @Test("What is recognised is forgotten with its series, and comes again as new")
  func forgotten() async throws {
    let clock = Clock()
    let site = try AgentSite(nowMs: { clock.nowMs.load(ordering: .relaxed) })
    let body = TestRequest.v2([TestSeries("m", at: 1)])
    for step in [0, 1, 700_000, 700_001] as [Int64] {
      clock.nowMs.store(step, ordering: .relaxed)
      site.store.settle()
      #expect(site.route.intake.answer(body, Self.headers(.v2)).status == 204)
      #expect(site.store.seriesCount == 1)
    }
    clock.nowMs.store(5_000_000, ordering: .relaxed)
    site.store.settle()
    #expect(site.store.seriesCount == 0)
  }

  @Test("A description that comes later is that of a recognised series of 1.0 from then on")
  func describedLater() async throws {
    let site = try AgentSite()
    let series = [TestSeries("m0", at: 1)]
    for _ in 0..<2 { _ = site.route.intake.answer(TestRequest.v1(series), Self.headers(.v1)) }
    #expect(try site.stored()[["__name__": "m0"]]?.type != "counter")
    _ = site.route.intake.answer(TestRequest.v1([], metadata: [("m0", 1)]), Self.headers(.v1))
    for _ in 0..<2 { _ = site.route.intake.answer(TestRequest.v1(series), Self.headers(.v1)) }
    #expect(try site.stored()[["__name__": "m0"]]?.type == "counter")
  }
}
