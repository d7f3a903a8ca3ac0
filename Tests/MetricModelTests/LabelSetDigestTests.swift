import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@Suite("Digests of label sets")
struct LabelSetDigestTests {
  @Test("The order of setting, and what was removed, are not seen")
  func order() {
    var built = LabelSet()
    built.set("b", "2")
    built.set("c", "3")
    built.set("a", "old")
    built.set("a", "1")
    built.remove("c")
    #expect(built.digest() == LabelSet(["a": "1", "b": "2"]).digest())
  }

  @Test("Sets that look alike differ")
  func alike() {
    let sets = [
      LabelSet(), LabelSet(["a": "b"]), LabelSet(["b": "a"]), LabelSet(["ab": "c"]), LabelSet(["a": "bc"]),
      LabelSet(["a": "b", "c": "d"]), LabelSet(["a": "d", "c": "b"]), LabelSet(["a": "b", "c": "d", "e": "f"]),
    ]
    #expect(Set(sets.map { $0.digest() }).count == sets.count)
  }

  @Test("Random sets are equal exactly if their digests are", arguments: SeededRandom.seeds)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var sets: Set<LabelSet> = []
    var digests: Set<Hash128.Digest> = []
    for _ in 0..<5_000 {
      var labels = LabelSet()
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let name = String(repeating: "n", count: Int.random(in: 1...3, using: &random))
        labels.set(name, String(repeating: "v", count: Int.random(in: 0...20, using: &random)))
      }
      sets.insert(labels)
      digests.insert(labels.digest())
    }
    #expect(sets.count == digests.count && sets.count > 100)
  }
}
