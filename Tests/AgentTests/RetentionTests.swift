@testable import DurableLog
import Testing

@testable import Agent

@Suite("What of the log may go")
struct RetentionTests {
  /// Segments numbered from 1, each of 100 bytes and written to until its number of seconds.
  private func segments(_ count: UInt64) -> [SegmentSummary] {
    (1...count).map {
      SegmentSummary(number: $0, bytes: 100, firstSequence: $0 * 10, createdMs: 0, lastAppendMs: Int64($0) * 1000)
    }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lowWater: SegmentNumber?
    var bytesMax: UInt64 = 0
    var ageMax: Duration = .zero
    var nowMs: Int64 = 10_000
    var expireBefore: SegmentNumber?
    var removeBefore: SegmentNumber
  }

  static let cases: [Case] = [
    Case(testDescription: "without bounds only what every endpoint has", lowWater: 3, removeBefore: 3),
    Case(testDescription: "without endpoints all but the newest", lowWater: nil, removeBefore: 5),
    Case(testDescription: "within the bound nothing expires", lowWater: 1, bytesMax: 500, removeBefore: 1),
    Case(
      testDescription: "over the bound the oldest expire, and go only when every endpoint has counted them",
      lowWater: 1, bytesMax: 300, expireBefore: 3, removeBefore: 1),
    Case(
      testDescription: "what every endpoint has does not expire", lowWater: 3, bytesMax: 300, expireBefore: nil,
      removeBefore: 3),
    Case(
      testDescription: "the newest segment never expires, however small the bound", lowWater: 1, bytesMax: 1,
      expireBefore: 5, removeBefore: 1),
    Case(
      testDescription: "what was written to too long ago expires", lowWater: 2, ageMax: .seconds(7), nowMs: 10_500,
      expireBefore: 4, removeBefore: 2),
    Case(
      testDescription: "an endpoint ahead of the log keeps the newest segment", lowWater: 99, removeBefore: 5),
  ]

  @Test("By size, age and the slowest endpoint", arguments: cases)
  func decision(_ example: Case) {
    let retention = Retention(bytesMax: example.bytesMax, ageMax: example.ageMax)
    let decision = retention.decide(
      segments(5), lowWater: example.lowWater.map { LogPosition(segment: $0, offset: 500) }, nowMs: example.nowMs)
    #expect(
      decision == Retention.Decision(expireBefore: example.expireBefore, removeBefore: example.removeBefore))
  }
}
