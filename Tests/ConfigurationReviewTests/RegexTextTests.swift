import Testing

@testable import ConfigurationReview

@Suite("The text of an expression")
struct RegexTextTests {
  @Test(
    "is taken apart at the bars at its top",
    arguments: [
      ("a|b", ["a", "b"]), ("a(b|c)|d", ["a(b|c)", "d"]), ("[a|b]|c", ["[a|b]", "c"]), ("a\\|b", ["a\\|b"]),
      ("[]|a]|b", ["[]|a]", "b"]), ("[^]|]|b", ["[^]|]", "b"]), ("\\Qa|b\\E", ["\\Qa|b\\E"]), ("", [""]),
      ("a|", ["a", ""]),
    ])
  func alternatives(text: String, expected: [String]) {
    #expect(RegexText(text).alternatives == expected)
  }

  @Test(
    "is a list of values, or is not",
    arguments: [
      ("a|b", ["a", "b"]), ("(a|b)", ["a", "b"]), ("(?:a|b)", ["a", "b"]), ("^(a|b)$", ["a", "b"]),
      ("a\\.b", ["a.b"]), ("", [""]), ("a.b", nil), ("a+", nil), ("(a)(b)", nil), ("(?i)a", nil), ("\\d", nil),
      ("[ab]", nil), ("(a|b)c", nil),
    ] as [(String, [String]?)])
  func literals(text: String, expected: [String]?) {
    #expect(RegexText(text).literals == expected)
  }

  @Test(
    "tells how many groups it has, and what they are called",
    arguments: [
      ("(a)(?:b)(?P<c>d)", 2, ["c"]), ("\\((a)", 1, []), ("[(](a)", 1, []), ("(?<x>.*)(?i:y)", 1, ["x"]), (".*", 0, []),
    ])
  func groups(text: String, count: Int, names: [String]) {
    #expect(RegexText(text).groupCount == count)
    #expect(RegexText(text).groupNames == names)
  }

  @Test(
    "loses the anchors that it does not need, and no others",
    arguments: [("^a$", "a"), ("a\\$", "a\\$"), ("^a|b$", "a|b"), ("^*a", "^*a"), ("a", "a"), ("\\Qa$", "\\Qa$")])
  func anchors(text: String, expected: String) {
    #expect(RegexText(text).unanchored == expected)
  }

  @Test(
    "matches anything only where that is certain",
    arguments: [
      (".*", true), ("(.*)", true), ("^.*$", true), ("a|.*", true), (".+", false), (".{0,9}", false), ("[^x]*", false),
    ])
  func anything(text: String, expected: Bool) {
    #expect(RegexText(text).matchesAnything == expected)
  }

  @Test(
    "has references in its replacement",
    arguments: [
      ("$1", ["1"]), ("${1}x", ["1"]), ("$1x", ["1x"]), ("$$1", []), ("a$", []), ("${a", []), ("$a-${b}", ["a", "b"]),
    ])
  func references(text: String, expected: [String]) {
    #expect(ReplacementText(text).references.map(\.name) == expected)
  }
}
