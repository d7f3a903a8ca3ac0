@testable import DurableLog
import Settings
import Testing

@testable import Agent

@Suite("What of the log may go")
struct RetentionTests {
  /// Segments numbered from 1, each of 100 bytes and written to until its number of seconds.
  static func segments(_ count: UInt64) -> [SegmentSummary] {
    (1...count).map {
      SegmentSummary(number: $0, bytes: 100, firstSequence: $0 * 10, createdMs: 0, lastAppendMs: Int64($0) * 1000)
    }
  }

  static func bounds(bytes: UInt64 = 0, age: Duration = .zero, _ atCap: CapPolicy = .dropOldest) -> BacklogBounds {
    var bounds = BacklogBounds()
    (bounds.bytesMax, bounds.ageMax, bounds.atCap) = (bytes, age, atCap)
    return bounds
  }

  static func endpoint(
    _ name: String = "a", at segment: SegmentNumber, offset: UInt64 = 0, _ bounds: BacklogBounds = BacklogBounds()
  ) -> Retention.Endpoint {
    Retention.Endpoint(name: name, lowWater: LogPosition(segment: segment, offset: offset), bounds: bounds)
  }

  /// Five segments of 100 bytes, ten and a half seconds after the first was begun.
  private func decide(
    _ bounds: BacklogBounds = BacklogBounds(), _ endpoints: [Retention.Endpoint],
    last: Retention.Decision = Retention.Decision()
  ) -> Retention.Decision {
    Retention(bounds: bounds).decide(
      Self.segments(5), endpoints: endpoints, end: LogPosition(segment: 5, offset: 100), nowMs: 10_500, last: last)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var log = BacklogBounds()
    var endpoints: [Retention.Endpoint]
    var floors: [String: Retention.Floor] = [:]
    var removeBefore: SegmentNumber
    var refusals: [Retention.Refusal] = []
  }

  private static func floor(
    _ segment: SegmentNumber, _ holder: Retention.Holder, _ measure: Retention.Bound.Measure = .bytes
  ) -> Retention.Floor {
    Retention.Floor(segment: segment, because: Retention.Bound(holder: holder, measure: measure))
  }

  static let cases: [Case] = [
    Case(
      testDescription: "without bounds only what every endpoint has goes", endpoints: [endpoint(at: 3)],
      removeBefore: 3),
    Case(testDescription: "without endpoints all but the newest goes", endpoints: [], removeBefore: 5),
    Case(
      testDescription: "within the bound nothing expires", log: bounds(bytes: 500), endpoints: [endpoint(at: 1)],
      removeBefore: 1),
    Case(
      testDescription: "over the log's bound the oldest expire, and go only when every endpoint has counted them",
      log: bounds(bytes: 300), endpoints: [endpoint(at: 1)], floors: ["a": floor(3, .log)], removeBefore: 1),
    Case(
      testDescription: "what an endpoint has does not expire for it", log: bounds(bytes: 300),
      endpoints: [endpoint(at: 3)], removeBefore: 3),
    Case(
      testDescription: "the newest segment never expires, however small the bound", log: bounds(bytes: 1),
      endpoints: [endpoint(at: 1)], floors: ["a": floor(5, .log)], removeBefore: 1),
    Case(
      testDescription: "what was written to too long ago expires", log: bounds(age: .seconds(7)),
      endpoints: [endpoint(at: 2)], floors: ["a": floor(4, .log, .age)], removeBefore: 2),
    Case(
      testDescription: "an endpoint ahead of the log keeps the newest segment", endpoints: [endpoint(at: 99)],
      removeBefore: 5),
    Case(
      testDescription: "an endpoint's bound is about that endpoint alone",
      endpoints: [endpoint("a", at: 1, bounds(bytes: 200)), endpoint("b", at: 1)],
      floors: ["a": floor(4, .endpoint("a"))], removeBefore: 1),
    Case(
      testDescription: "of the segment an endpoint stands in, only the rest counts",
      endpoints: [endpoint(at: 2, offset: 60, bounds(bytes: 340))], removeBefore: 2),
    Case(
      testDescription: "age counts for an endpoint that refuses, bytes do not",
      endpoints: [endpoint(at: 1, bounds(bytes: 1000, age: .seconds(9), .refuseNew))],
      floors: ["a": floor(2, .endpoint("a"), .age)], removeBefore: 1),
    Case(
      testDescription: "an endpoint at its bound that may not lose samples stops the log",
      endpoints: [endpoint(at: 1, bounds(bytes: 500, .refuseNew))], removeBefore: 1,
      refusals: [Retention.Refusal(holder: .endpoint("a"), bytes: 500, bytesMax: 500)]),
    Case(
      testDescription: "a log at its bound that may not drop takes nothing", log: bounds(bytes: 400, .refuseNew),
      endpoints: [endpoint(at: 2, offset: 50)], removeBefore: 2,
      refusals: [Retention.Refusal(holder: .log, bytes: 400, bytesMax: 400)]),
    Case(
      testDescription: "what nobody needs does not make the log refuse", log: bounds(bytes: 400, .refuseNew),
      endpoints: [endpoint(at: 3)], removeBefore: 3),
    Case(
      testDescription: "where nothing waits nothing is refused, however small the bound",
      log: bounds(bytes: 1, .refuseNew), endpoints: [endpoint(at: 5, offset: 100)], removeBefore: 5),
    Case(
      testDescription: "the log drops for one endpoint, and stops for the other that may not lose samples",
      log: bounds(bytes: 300),
      endpoints: [endpoint("a", at: 1, bounds(bytes: 9000, .refuseNew)), endpoint("b", at: 1)],
      floors: ["b": floor(3, .log)], removeBefore: 1,
      refusals: [Retention.Refusal(holder: .log, bytes: 500, bytesMax: 300)]),
    Case(
      testDescription: "an endpoint that may not lose samples but has them all does not stop the log",
      log: bounds(bytes: 300),
      endpoints: [endpoint("a", at: 5, bounds(bytes: 9000, .refuseNew)), endpoint("b", at: 1)],
      floors: ["b": floor(3, .log)], removeBefore: 1),
  ]

  @Test("By size, age, endpoint and policy", arguments: cases)
  func decision(_ example: Case) {
    let decision = decide(example.log, example.endpoints)
    #expect(decision.floors == example.floors)
    #expect(decision.removeBefore == example.removeBefore)
    #expect(decision.refusals == example.refusals)
    #expect(decision.expiring == example.floors.mapValues(\.because))
  }

  @Test(
    "A refusal ends at nine tenths of the bound, not before",
    arguments: [(400, false, true), (401, false, false), (445, true, true), (446, true, false)])
  func release(bytesMax: UInt64, wasRefusing: Bool, refuses: Bool) {
    var last = Retention.Decision()
    if wasRefusing { last.refusals = [.init(holder: .log, bytes: bytesMax, bytesMax: bytesMax)] }
    // 400 bytes wait.
    let decision = decide(Self.bounds(bytes: bytesMax, .refuseNew), [Self.endpoint(at: 2)], last: last)
    #expect(!decision.refusals.isEmpty == refuses)
  }

  @Test("Expiry goes on until the bound is some way off", arguments: [(500, true), (534, true), (535, false)])
  func calm(bytesMax: UInt64, isExpiring: Bool) {
    let bound = Retention.Bound(holder: .endpoint("a"), measure: .bytes)
    var last = Retention.Decision()
    last.expiring = ["a": bound]
    // 400 bytes wait: no floor, and three quarters of 535 are 401.
    let decision = decide(
      BacklogBounds(), [Self.endpoint(at: 2, Self.bounds(bytes: bytesMax))], last: last)
    #expect(decision.floors.isEmpty)
    #expect(decision.expiring == (isExpiring ? ["a": bound] : [:]))
  }
}
