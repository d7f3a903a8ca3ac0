import GodwitTesting
import MetricModel
import Testing

@Suite("The schemes that escape names")
struct NameEscapingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var underscores: String
    var dots: String
    var values: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "", underscores: "", dots: "", values: ""),
    Case(name: "up", underscores: "up", dots: "up", values: "up"),
    Case(name: "no:change_9", underscores: "no:change_9", dots: "no:change__9", values: "no:change_9"),
    Case(name: "a.b", underscores: "a_b", dots: "a_dot_b", values: "U__a_2e_b"),
    Case(name: "a.b_c", underscores: "a_b_c", dots: "a_dot_b__c", values: "U__a_2e_b__c"),
    Case(name: "0zero", underscores: "_zero", dots: "__zero", values: "U___30_zero"),
    Case(
      name: "label with 😱", underscores: "label_with__", dots: "label__with____",
      values: "U__label_20_with_20__1f631_"),
    Case(name: "花火", underscores: "__", dots: "____", values: "U___82b1__706b_"),
    Case(
      name: "label-with:colon", underscores: "label_with:colon", dots: "label__with:colon",
      values: "U__label_2d_with:colon"),
  ]

  @Test("Each scheme writes a name as the reference does", arguments: cases)
  func table(_ example: Case) {
    #expect(NameEscaping.allowUTF8.escape(example.name) == example.name)
    #expect(NameEscaping.underscores.escape(example.name) == example.underscores)
    #expect(NameEscaping.dots.escape(example.name) == example.dots)
    #expect(NameEscaping.values.escape(example.name) == example.values)
  }

  @Test("A colon stays in the name of a metric and is escaped in the name of a label")
  func colons() {
    #expect(NameEscaping.underscores.escape("a:b", of: .metric) == "a:b")
    #expect(NameEscaping.underscores.escape("a:b", of: .label) == "a_b")
    #expect(NameEscaping.values.escape("a:b", of: .label) == "U__a_3a_b")
    #expect(!NameKind.label.allows(ArraySlice("a:b".utf8)))
  }

  @Test("Bytes that are not UTF-8 become the replacement character")
  func undecodable() {
    let name: [UInt8] = [UInt8(ascii: "a"), 0xff]
    #expect(NameEscaping.values.escape(name[...]) == Array("U__a_FFFD_".utf8))
    #expect(NameEscaping.underscores.escape(name[...]) == Array("a_".utf8))
  }

  @Test("What the scheme values escaped is what it unescapes", arguments: cases)
  func valuesRoundTrip(_ example: Case) {
    #expect(NameEscaping.values.unescape(example.values) == example.name)
  }

  @Test(
    "What is not well escaped stays as it is",
    arguments: ["U__a_", "U__a_2e", "U__a_zz_", "U__a_+2e_", "U__a_1234567_", "U__a_110000_", "U__a_d800_", "a_2e_b"])
  func malformed(_ name: String) {
    #expect(NameEscaping.values.unescape(name) == name)
  }

  @Test("Random names survive the scheme values, and no scheme writes a name that is not allowed")
  func randomNames() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    let alphabet = Array("ab_.:9 -é火😱U".unicodeScalars)
    for _ in 0..<2000 {
      var name = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        name.append(alphabet.randomElement(using: &random) ?? "a")
      }
      let text = String(name)
      // A legal name that looks escaped is the one thing that the scheme cannot tell apart.
      if !text.hasPrefix("U__") {
        #expect(NameEscaping.values.unescape(NameEscaping.values.escape(text)) == text, "seed \(seed)")
      }
      for scheme in [NameEscaping.underscores, .dots, .values] {
        for kind in [NameKind.metric, .label] {
          let escaped = scheme.escape(text, of: kind)
          #expect(kind.allows(ArraySlice(escaped.utf8)), "\(text) → \(escaped), seed \(seed)")
        }
      }
    }
  }
}
