import Settings
import Testing

@testable import Agent

@Suite("How large a segment is")
struct SegmentBoundsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt64] = []
    var ages: [Duration] = []
    var expected: (bytes: UInt64, ageMs: Int64)
  }

  static let cases: [Case] = [
    Case(
      testDescription: "without bounds as asked for", bytes: [0, 0], ages: [.zero], expected: (128 << 20, 7_200_000)),
    Case(
      testDescription: "an eighth of the smallest bound in bytes", bytes: [0, 80 << 20, 400 << 20],
      expected: (10 << 20, 7_200_000)),
    Case(testDescription: "never more than asked for", bytes: [100 << 30], expected: (128 << 20, 7_200_000)),
    Case(testDescription: "a tiny bound still has segments", bytes: [1], expected: (64 << 10, 7_200_000)),
    Case(
      testDescription: "an eighth of the smallest bound in time", ages: [.seconds(3600), .seconds(80)],
      expected: (128 << 20, 10_000)),
    Case(testDescription: "no segment for less than a second", ages: [.milliseconds(5)], expected: (128 << 20, 1000)),
  ]

  @Test("So that bounds can be kept by removing whole segments", arguments: cases)
  func sizes(_ example: Case) {
    let bounds =
      example.bytes.map { RetentionTests.bounds(bytes: $0) } + example.ages.map { RetentionTests.bounds(age: $0) }
    let segments = SegmentBounds(bytesMax: 128 << 20, ageMaxMs: 7_200_000, bounds: bounds)
    #expect(segments.bytesMax == example.expected.bytes && segments.ageMaxMs == example.expected.ageMs)
  }
}
