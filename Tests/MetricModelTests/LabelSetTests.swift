import GodwitTesting
import MetricModel
import Testing

@Suite("A set of labels")
struct LabelSetTests {
  private static let names = ["a", "b", "ab", "A", "_", "é", "e\u{301}", "ﬀ", "\u{10348}", "__name__", "z"]
  private static let values = ["", "x", "y", "é", "e\u{301}", "a longer value", "\u{1F680}"]

  @Test("Agrees with a dictionary after any run of edits", arguments: 0..<60 as Range<UInt64>)
  func dictionaryModel(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var labels = LabelSet()
    // Keyed by bytes: a dictionary of strings would merge names that are canonically equivalent.
    var model: [[UInt8]: String] = [:]
    for step in 0..<300 {
      let name = Self.names.randomElement(using: &random) ?? ""
      let key = Array(name.utf8)
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        labels.remove(name)
        model[key] = nil
      case 1 where random.oneIn(20):
        labels.removeAll()
        model.removeAll()
      case 2:
        labels.removeAll { $0.first == key[0] && random.oneIn(3) == false }
        // The condition is random, so the model follows what is left.
        for other in model.keys where labels[String(decoding: other, as: UTF8.self)] == nil { model[other] = nil }
      default:
        let value = Self.values.randomElement(using: &random) ?? ""
        let isNew = labels.set(name, value)
        #expect(isNew == (model[key] == nil), "seed \(seed), step \(step)")
        model[key] = value.isEmpty ? nil : value
      }
      let expected = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      #expect(
        (0..<labels.count).map { Array(labels.name(at: $0)) } == expected.map(\.key), "seed \(seed), step \(step)")
      #expect(
        (0..<labels.count).map { Array(labels.value(at: $0)) } == expected.map { Array($0.value.utf8) },
        "seed \(seed), step \(step)")
      #expect(labels.byteCount == expected.reduce(0) { $0 + $1.key.count + $1.value.utf8.count })
    }
  }

  @Test("Names stand in byte order, whatever order they came in")
  func byteOrder() {
    let labels = LabelSet(Self.names.shuffled().map { (name: $0, value: "v") })
    let names = labels.pairs.map { Array($0.name.utf8) }
    #expect(names == Self.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    // U+FB00 lies before U+10348 in code points and in UTF-8, and behind it in UTF-16.
    #expect(labels.pairs.suffix(2).map(\.name) == ["\u{fb00}", "\u{10348}"])
  }

  @Test("Texts that Unicode calls equal but whose bytes differ stay apart")
  func canonicalEquivalence() {
    #expect(LabelSet(["n": "\u{e9}"]) != LabelSet(["n": "e\u{301}"]))
    let both = LabelSet([(name: "\u{e9}", value: "1"), (name: "e\u{301}", value: "2")])
    #expect(both.count == 2)
    #expect(both["\u{e9}"] == "1")
    #expect(both["e\u{301}"] == "2")
  }

  @Test("An empty value leaves a label out and removes it where it is")
  func emptyValue() {
    var labels = LabelSet([(name: "a", value: ""), (name: "b", value: "1")])
    #expect(labels.count == 1)
    let found = labels.set("b", "")
    #expect(found == false)
    #expect(labels.isEmpty)
    let missing = labels.set("c", "")
    #expect(missing == true)
  }

  @Test("Of a name given twice the last value stays")
  func lastValue() {
    let labels = LabelSet([(name: "a", value: "1"), (name: "b", value: "x"), (name: "a", value: "2")])
    #expect(labels["a"] == "2")
    #expect(labels.count == 2)
  }

  @Test("Sets with the same labels are equal and hash alike, whatever way they were made")
  func equality() {
    var roundabout = LabelSet([(name: "b", value: "9"), (name: "c", value: "3"), (name: "a", value: "1")])
    roundabout.set("b", "2")
    roundabout.remove("c")
    let direct = LabelSet(["a": "1", "b": "2"])
    #expect(roundabout == direct)
    #expect(roundabout.hashValue == direct.hashValue)
    #expect(LabelSet(["a": "12"]) != LabelSet(["a1": "2"]))
  }

  @Test("A copy is not changed by edits of the original")
  func copies() {
    var labels = LabelSet(["a": "1"])
    let before = labels
    labels.set("a", "2")
    labels.set("b", "3")
    #expect(before == LabelSet(["a": "1"]))
  }

  @Test("The description is the exposition's notation, with escapes")
  func description() {
    let labels = LabelSet(["__name__": "up", "job": "a\"b\\c\nd"])
    #expect(labels.description == #"up{job="a\"b\\c\nd"}"#)
  }

  @Test("Access in place says what access by slices says")
  func borrowing() {
    let labels = LabelSet(["__name__": "up", "instance": "a:9100", "job": "node"])
    for index in 0..<labels.count {
      let name = Array(labels.name(at: index))
      #expect(labels.index(ofName: name) == index)
      let value = Array(labels.value(at: index))
      #expect(labels.valueSatisfies(at: index) { $0.count == value.count && $0[0] == value[0] })
      #expect(labels.nameSatisfies(at: index) { $0.count == name.count && $0[0] == name[0] })
      var buffer: [UInt8] = [0]
      labels.appendValue(at: index, to: &buffer)
      #expect(buffer == [0] + value)
    }
    #expect(labels.index(ofName: Array("jo".utf8)) == nil)
  }
}
