import GodwitTesting
import MetricModel
import Testing

@Suite("Labels that are gathered at once")
struct LabelGatheringTests {
  private static let names = ["a", "ab", "b", "instance", "job", "le", "__name__", "Z"]

  private static func pairs(_ count: Int, _ random: inout SeededRandom) -> [(name: String, value: String)] {
    (0..<count).map { _ in
      (
        names.randomElement(using: &random) ?? "a",
        ["", "v", "a longer value", "1"].randomElement(using: &random) ?? ""
      )
    }
  }

  @Test("A text and the places in it make the set that its labels make one by one", arguments: 1...200)
  func assigned(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    // Whatever was in the set before is gone.
    var labels = LabelSet(Self.pairs(3, &random))
    let pairs = Self.pairs(Int.random(in: 0...7, using: &random), &random)
    var text = Array("metric{".utf8)
    var places: [LabelPlace] = []
    var expected = LabelSet(["__name__": "metric"])
    var isValid = true
    for pair in pairs {
      let (name, value) = (Array(pair.name.utf8), Array(pair.value.utf8))
      let (nameStart, valueStart) = (text.count, text.count + name.count + 1)
      text += name + [0x3d] + value + [0x2c]
      places.append(
        LabelPlace(name: nameStart..<nameStart + name.count, value: valueStart..<valueStart + value.count))
      isValid = expected.set(pair.name, pair.value) && isValid
    }
    let isAssigned = labels.assign(text.span, metricName: 0..<6, places.span)
    #expect(isAssigned == isValid, "seed \(seed): \(pairs)")
    #expect(labels == expected, "seed \(seed): \(pairs)")
    // And it can be changed as any other.
    labels.set("job", "x")
    expected.set("job", "x")
    #expect(labels == expected, "seed \(seed): \(pairs)")
  }

  @Test("Labels that are missing come in their places, and those that are there stay", arguments: 1...200)
  func missing(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var labels = LabelSet(Self.pairs(Int.random(in: 0...6, using: &random), &random))
    let other = LabelSet(Self.pairs(Int.random(in: 0...6, using: &random), &random))
    var expected = labels
    var common: [Int] = []
    for (index, pair) in other.pairs.enumerated() {
      if labels[pair.name] == nil { expected.set(pair.name, pair.value) } else { common.insert(index, at: 0) }
    }
    #expect(labels.addMissing(of: other) == common, "seed \(seed)")
    #expect(labels == expected, "seed \(seed): \(other)")
  }

  @Test("A value becomes longer and its neighbours stay")
  func extended() {
    var labels = LabelSet(["a": "1", "le": "5", "z": "2"])
    labels.extendValue(at: 1, by: Array(".0".utf8))
    #expect(labels == LabelSet(["a": "1", "le": "5.0", "z": "2"]))
  }

  @Test("A set without texts that nobody needs is the same set")
  func compacted() {
    var labels = LabelSet(["gone": "with its text", "a": "b"])
    labels.remove("gone")
    #expect(labels.compacted == labels)
    #expect(LabelSet().compacted.isEmpty)
  }
}
