import MetricModel
import Relabeling
import Testing

/// One set of labels and what one or more rules are to make of it; nil when they drop it.
struct RelabelExample: Sendable, CustomTestStringConvertible {
  var name: String
  var rules: [RelabelRule]
  var labels: [String: String]
  var expected: [String: String]?

  init(_ name: String, _ rules: RelabelRule..., on labels: [String: String], give expected: [String: String]?) {
    self.name = name
    self.rules = rules
    self.labels = labels
    self.expected = expected
  }

  var testDescription: String { name }

  func check() throws {
    let program = try RelabelProgram(rules)
    var labels = LabelSet(labels)
    let isKept = program.apply(to: &labels)
    #expect(isKept == (expected != nil))
    if let expected, isKept { #expect(labels == LabelSet(expected)) }
    #expect(program.explain(LabelSet(self.labels)).isKept == isKept)
  }
}

@Suite("Actions of rules")
struct RuleActionTests {
  @Test(
    "A label is set, removed or left",
    arguments: [
      RelabelExample(
        "sets a constant", RelabelRule(targetLabel: "env", replacement: "prod"),
        on: ["a": "1"], give: ["a": "1", "env": "prod"]),
      RelabelExample(
        "an empty replacement removes", RelabelRule(targetLabel: "a", replacement: ""),
        on: ["a": "1", "b": "2"], give: ["b": "2"]),
      RelabelExample(
        "no match leaves", RelabelRule(sourceLabels: ["a"], targetLabel: "a", regex: "x", replacement: "y"),
        on: ["a": "1"], give: ["a": "1"]),
      RelabelExample(
        "joins with the separator",
        RelabelRule(sourceLabels: ["a", "gone", "b"], separator: "-", targetLabel: "c"),
        on: ["a": "1", "b": "2"], give: ["a": "1", "b": "2", "c": "1--2"]),
      RelabelExample(
        "an expanded name that is empty sets nothing",
        RelabelRule(sourceLabels: ["a"], targetLabel: "${2}", regex: "(1)(x)?", replacement: "y"),
        on: ["a": "1"], give: ["a": "1"]),
      RelabelExample(
        "expands the name",
        RelabelRule(
          sourceLabels: ["a"], targetLabel: "k_$1", regex: "(\\w)(\\w)",
          replacement: "$2"), on: ["a": "xy"], give: ["a": "xy", "k_x": "y"]),
      RelabelExample(
        "a regex that is given but empty matches only the empty value",
        RelabelRule(sourceLabels: ["a"], targetLabel: "b", regex: "", replacement: "y"),
        on: ["a": "1"], give: ["a": "1"]),
      RelabelExample(
        "the dot matches a line break",
        RelabelRule(sourceLabels: ["a"], targetLabel: "b", regex: "1.2", replacement: "y"),
        on: ["a": "1\n2"], give: ["a": "1\n2", "b": "y"]),
    ])
  func replace(_ example: RelabelExample) throws { try example.check() }

  @Test(
    "All is kept or dropped",
    arguments: [
      RelabelExample(
        "keep keeps", RelabelRule(sourceLabels: ["a"], regex: "1", action: "keep"),
        on: ["a": "1"], give: ["a": "1"]),
      RelabelExample(
        "keep drops",
        RelabelRule(sourceLabels: ["a"], regex: "2", action: "keep"), on: ["a": "1"], give: nil),
      RelabelExample(
        "keep wants all of the value", RelabelRule(sourceLabels: ["a"], regex: "1", action: "keep"),
        on: ["a": "11"], give: nil),
      RelabelExample(
        "drop drops",
        RelabelRule(sourceLabels: ["a"], regex: "1|2", action: "drop"), on: ["a": "1"], give: nil),
      RelabelExample(
        "drop of a missing label by .*", RelabelRule(sourceLabels: ["gone"], regex: ".*", action: "drop"),
        on: ["a": "1"], give: nil),
      RelabelExample(
        "keepequal keeps", RelabelRule(sourceLabels: ["a"], targetLabel: "b", action: "keepequal"),
        on: ["a": "1", "b": "1"], give: ["a": "1", "b": "1"]),
      RelabelExample(
        "keepequal drops", RelabelRule(sourceLabels: ["a"], targetLabel: "b", action: "KeepEqual"),
        on: ["a": "1", "b": "2"], give: nil),
      RelabelExample(
        "two missing labels are equal",
        RelabelRule(sourceLabels: ["x"], targetLabel: "y", action: "dropequal"),
        on: ["a": "1"], give: nil),
      RelabelExample(
        "dropequal keeps", RelabelRule(sourceLabels: ["a"], targetLabel: "b", action: "dropequal"),
        on: ["a": "1", "b": "2"], give: ["a": "1", "b": "2"]),
    ])
  func verdicts(_ example: RelabelExample) throws { try example.check() }

  @Test(
    "Names are mapped, removed and retained",
    arguments: [
      RelabelExample(
        "labelmap copies", RelabelRule(regex: "meta_(.+)", action: "labelmap"),
        on: ["meta_app": "x", "b": "2"], give: ["meta_app": "x", "app": "x", "b": "2"]),
      RelabelExample(
        "labelmap does not map what it has just set", RelabelRule(regex: "x(.+)", action: "labelmap"),
        on: ["xxa": "1"], give: ["xxa": "1", "xa": "1"]),
      RelabelExample(
        "of two labels mapped to one name the later name wins",
        RelabelRule(regex: "[ab]", replacement: "c", action: "labelmap"),
        on: ["a": "1", "b": "2"], give: ["a": "1", "b": "2", "c": "2"]),
      RelabelExample(
        "but a label that a rule has set comes last",
        RelabelRule(targetLabel: "a", replacement: "3"),
        RelabelRule(regex: "[ab]", replacement: "c", action: "labelmap"),
        on: ["a": "1", "b": "2"], give: ["a": "3", "b": "2", "c": "3"]),
      RelabelExample(
        "also when it is set to what it was",
        RelabelRule(targetLabel: "a", replacement: "1"),
        RelabelRule(regex: "[ab]", replacement: "c", action: "labelmap"),
        on: ["a": "1", "b": "2"], give: ["a": "1", "b": "2", "c": "1"]),
      RelabelExample(
        "unless it was removed and was there by name only",
        RelabelRule(targetLabel: "z", replacement: "9"), RelabelRule(targetLabel: "a", replacement: "1"),
        RelabelRule(regex: "a", action: "labeldrop"), RelabelRule(targetLabel: "a", replacement: "5"),
        RelabelRule(regex: "[abz]", replacement: "c", action: "labelmap"),
        on: ["a": "1", "b": "2"], give: ["a": "5", "b": "2", "z": "9", "c": "5"]),
      RelabelExample(
        "a source that breaks out of its anchors is replaced at each place it matches",
        RelabelRule(regex: "x)|(y", replacement: "_", action: "labelmap"),
        on: ["xaay": "1"], give: ["xaay": "1", "_aa_": "1"]),
      RelabelExample(
        "labeldrop", RelabelRule(regex: "a.*", action: "labeldrop"),
        on: ["a": "1", "ab": "2", "b": "3"], give: ["b": "3"]),
      RelabelExample(
        "labelkeep", RelabelRule(regex: "a|b", action: "labelkeep"),
        on: ["a": "1", "ab": "2", "b": "3"], give: ["a": "1", "b": "3"]),
    ])
  func names(_ example: RelabelExample) throws { try example.check() }

  @Test(
    "hashmod is MD5's final eight bytes modulo the modulus",
    arguments: [
      ("", UInt64.max, "16825458760271544958"), ("a", 1_000, "697"), ("abc", 7, "0"),
      (String(repeating: "x", count: 55), UInt64.max, "15661451353638211442"),
      (String(repeating: "x", count: 56), UInt64.max, "7123213223354806603"),
      (String(repeating: "x", count: 64), UInt64.max, "8739068135478731862"),
      (String(repeating: "x", count: 200), UInt64.max, "16131141350317198456"),
    ])
  func hashMod(value: String, modulus: UInt64, expected: String) throws {
    let rule = RelabelRule(sourceLabels: ["a"], targetLabel: "shard", modulus: modulus, action: "hashmod")
    var labels = LabelSet(["a": value])
    #expect(try RelabelProgram([rule]).apply(to: &labels))
    #expect(labels["shard"] == expected)
  }

  @Test(
    "Case changes scalar by scalar, each to one scalar",
    arguments: [
      ("aBc", "abc", "ABC"), ("Straße", "straße", "STRAßE"), ("İi", "ii", "İI"), ("ŉ", "ŉ", "ŉ"), ("ΣΑΣ", "σασ", "ΣΑΣ"),
      ("ǅ", "ǆ", "Ǆ"), ("ᾳ", "ᾳ", "ᾼ"), ("ᾀ", "ᾀ", "ᾈ"), ("K", "k", "K"), ("ſ", "ſ", "S"), ("ﬁ", "ﬁ", "ﬁ"),
      ("ა", "ა", "Ა"), ("zażółć 42", "zażółć 42", "ZAŻÓŁĆ 42"), ("\u{A7CC}", "\u{A7CC}", "\u{A7CC}"),
      ("\u{19B}", "\u{19B}", "\u{19B}"),
    ])
  func letterCase(value: String, lower: String, upper: String) throws {
    for (action, expected) in [("lowercase", lower), ("uppercase", upper)] {
      let rule = RelabelRule(sourceLabels: ["a"], targetLabel: "b", action: action)
      var labels = LabelSet(["a": value])
      #expect(try RelabelProgram([rule]).apply(to: &labels))
      #expect(labels["b"].map { Array($0.utf8) } == Array(expected.utf8), "\(action) of \(value)")
    }
  }

  @Test("An empty source in either case removes the target", arguments: ["lowercase", "uppercase"])
  func emptyCase(action: String) throws {
    let rule = RelabelRule(sourceLabels: ["gone"], targetLabel: "a", action: action)
    try RelabelExample(action, rule, on: ["a": "1", "b": "2"], give: ["b": "2"]).check()
  }
}
