@testable import Relabeling
import Testing

@Suite("Syntax of expressions")
struct RegexSyntaxTests {
  @Test(
    "What the reference takes is taken",
    arguments: [
      "", "()", "|", "a)|(b", "(?P<n>a)(?<n>b)", "(?i)ſ", "(?m)^a$", "(?U)a*", "(?s-i:a)", "(?)", "^*", "\\b+", "(|a)*",
      "\\_", "\\-", "\\/", "\\<", "\\12", "\\08", "\\x{D800}", "\\z", "\\Qa.b\\E*", "a{,2}", "a{2", "(a{10}){100}",
      "[]a]", "[\\d-z]", "[a-b-c]", "[[:^alpha:]]", "[[.a.]]", "[(?<n>]", "\\Q(?<\\E", "[^\\x00-\\x{10FFFF}]",
      "\\pN", "\\p{Greek}", "\\p{greek}", "\\p{Letter}", "\\p{uppercase letter}", "\\P{^lu}", "\\p{LC}", "[\\p{LC}_]",
      "\\p{ASCII}", "[^\\P{ASCII}]", "\\p{Any}", "\\p{old_italic}", "\\p{SignWriting}", "\\pL{1000}",
    ])
  func accepted(source: String) {
    #expect(throws: Never.self) { try RegularExpression(source) }
  }

  @Test(
    "What the reference refuses is refused, in its words",
    arguments: [
      ("(unclosed", "missing closing ): `^(?s:(unclosed)$`"), ("a)", "unexpected ): `^(?s:a))$`"),
      ("(?=x)", "invalid or unsupported Perl syntax: `(?=`"), ("(?<=x)", "invalid or unsupported Perl syntax: `(?<`"),
      ("(?<!x)", "invalid or unsupported Perl syntax"), ("(?P=n)", "invalid or unsupported Perl syntax"),
      ("(?x)a", "invalid or unsupported Perl syntax"), ("(?i-)", "invalid or unsupported Perl syntax"),
      ("(?P<é>a)", "invalid named capture: `(?P<é>`"), ("(?<a b>a)", "invalid named capture: `(?<a b>`"),
      ("(?P<>a)", "invalid named capture"), ("(?<n", "invalid named capture"),
      ("\\C", "invalid escape sequence: `\\C`"), ("[\\C]", "invalid escape sequence"), ("\\Z", "invalid escape"),
      ("\\1", "invalid escape sequence: `\\1`"), ("\\8", "invalid escape"), ("\\é", "invalid escape"),
      ("\\E", "invalid escape"), ("[\\Qa\\E]", "invalid escape"), ("\\x{110000}", "invalid escape"),
      ("\\Qa", "missing closing )"), ("a\\", "missing closing )"), ("[a", "missing closing ]"),
      ("[z-a]", "invalid character class range: `z-a`"), ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
      ("\\p{Foo}", "invalid character class range: `\\p{Foo}`"), ("\\pX", "invalid character class range"),
      ("a**", "invalid nested repetition operator: `**`"), ("x{2}{3}", "invalid nested repetition operator"),
      ("*a", "missing argument to repetition operator: `*`"), ("a{1001}", "invalid repeat count: `{1001}`"),
      ("a{2,1}", "invalid repeat count"), ("(a{100}){100}", "invalid repeat count"),
    ])
  func refused(source: String, words: String) throws {
    let refusal = try #require(throws: RegexRefusal.self) { try RegularExpression(source) }
    #expect(refusal.message.hasPrefix("error parsing regexp: \(words)"), "\(refusal.message)")
  }

  @Test("Groups nest to a bound")
  func nesting() {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
    }
    #expect(throws: Never.self) { try RegularExpression(nested(990)) }
    #expect(throws: RegexRefusal.self) { try RegularExpression(nested(1_000)) }
    #expect(throws: RegexRefusal.self) { try RegularExpression(nested(200_000)) }
  }

  @Test("An expression too large for a sane memory is refused, not served slowly")
  func tooLarge() throws {
    let refusal = try #require(throws: RegexRefusal.self) {
      try RegularExpression(String(repeating: "\\pL{1000}", count: 400))
    }
    #expect(refusal.complaint == "expression too large")
  }

  @Test(
    "Translated expressions mean what they meant",
    arguments: [
      ("(?<n>a)b", "ab", true), ("[(?<n>]+", "<(n", true), ("\\Q(?<n>\\E", "(?<n>", true), ("\\p{greek}", "α", true),
      ("\\p{greek}", "a", false), ("\\P{Letter}", "1", true), ("\\p{^Letter}", "a", false), ("[\\P{ASCII}]", "é", true),
      ("[\\P{ASCII}]", "e", false), ("[^\\P{ASCII}]", "e", true), ("\\P{LC}", "a", false), ("\\p{LC}+", "aAǅ", true),
      ("\\p{decimal-number}", "7", true), ("[[:alpha:]]", "a", true), ("[]\\]]", "]", true), ("\\\\C", "\\C", true),
    ])
  func translation(source: String, text: String, isMatch: Bool) throws {
    #expect(try RegularExpression(source).matches(Array(text.utf8)) == isMatch)
  }
}
