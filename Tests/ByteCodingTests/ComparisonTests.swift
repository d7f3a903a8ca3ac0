import ByteCoding
import GodwitTesting
import Testing

@Suite("Runs of bytes side by side")
struct ComparisonTests {
  @Test("are the same and in the order that a look at each byte gives them", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let left = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var right = left
      if random.oneIn(2) { right.removeLast(Int.random(in: 0...right.count, using: &random)) }
      if random.oneIn(2), let place = right.indices.randomElement(using: &random) {
        right[place] = UInt8.random(in: 0...255, using: &random)
      }
      let order = left.span.compared(to: right.span)
      #expect(left.span.isSame(as: right.span) == (left == right), "\(left) \(right), seed \(seed)")
      #expect((order < 0) == left.lexicographicallyPrecedes(right), "\(left) \(right), seed \(seed)")
      #expect((order > 0) == right.lexicographicallyPrecedes(left), "\(left) \(right), seed \(seed)")
    }
  }
}
