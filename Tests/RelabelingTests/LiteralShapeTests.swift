@testable import Relabeling
import GodwitTesting
import Testing

@Suite("Expressions that need no engine")
struct LiteralShapeTests {
  @Test(
    "Recognised",
    arguments: [
      "", "up", "go_.*", "go_.*|process_.*", "a|b|c", "(a|b)", "(?:a|b)", "(.*)", "(.+)", ".*", ".+", "^prod$",
      "__meta_(.+)", "a\\.b", "node-1:9100", "zażółć", "()", "^$", "(.*)$", "a|",
    ])
  func recognised(source: String) { #expect(LiteralShape(source) != nil) }

  @Test(
    "Left to the engine",
    arguments: [
      "a+", "é?", "a.b", "a.*b", "a.*?", "(a)b", "(a)|(b)", "(?i)a", "[a]", "a{2}", "\\d", "\\Qa\\E", "a$b", "a^",
      "(?P<n>.*)", "a)|(b", ".*.*", ".", "(a\\)", "x.+?", "((a))", "a\\", "(.*)(.*)", "$^", "(a).*", ".*a", "a*",
      "\\_x\\_é\\é",
    ])
  func notRecognised(source: String) { #expect(LiteralShape(source) == nil) }

  /// Pieces that make sources near the edge of what is recognised, and texts that nearly match them.
  private static let sourcePieces = [
    "a", "b", "ab", "é", "\\.", "\\|", "\\\\", ".*", ".+", "(.*)", "(.+)", "|", "^", "$", "(", ")", "(?:", "-", "_",
    "\n", "*", "?", "\\(", "{", "}", "]",
  ]
  private static let textPieces = [
    "a", "b", "ab", "é", ".", "|", "\\", "-", "_", "\n", "(", ")", "*", "^", "$", "{", "]",
  ]

  @Test("Agrees with RE2 on random sources and texts", arguments: [1, 2, 3, 4] as [UInt64])
  func agreement(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var compared = 0
    for _ in 0..<6_000 {
      let isWide = Int.random(in: 0..<10, using: &random) == 0
      let pieceCount = Int.random(in: 0...(isWide ? 40 : 6), using: &random)
      var source = ""
      for _ in 0..<pieceCount {
        source +=
          isWide
          ? ["a", "b", "ab|", "ba|", "|", "b"].randomElement(using: &random)!
          : Self.sourcePieces.randomElement(using: &random)!
      }
      guard let engine = try? RegularExpression(source), let shape = LiteralShape(source) else { continue }
      for _ in 0..<12 {
        let text = (0..<Int.random(in: 0...5, using: &random)).map { _ in
          Self.textPieces.randomElement(using: &random)!
        }.joined()
        compare(shape, engine, source: source, text: text, seed: seed)
        compared += 1
      }
    }
    #expect(compared > 5_000, "seed \(seed)")
  }

  private func matches(_ shape: LiteralShape, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return shape.matches(bytes.span)
  }

  private func compare(
    _ shape: LiteralShape, _ engine: RegularExpression, source: String, text: String, seed: UInt64
  ) {
    let bytes = Array(text.utf8)
    let isMatch = engine.matches(bytes)
    #expect(matches(shape, text) == isMatch, "seed \(seed), \(source) on \(text)")
    var groups: [Int] = []
    guard isMatch, shape.capture(bytes, groups: &groups) else { return }
    let highestGroup = groups.count / 2 - 1
    #expect(highestGroup == engine.groupNames.count - 1, "seed \(seed), \(source)")
    var expected: [Int] = []
    #expect(engine.find(in: bytes, highestGroup: highestGroup, groups: &expected))
    #expect(groups == expected, "seed \(seed), \(source) on \(text)")
  }

  @Test("A long choice of literals is searched in order of bytes")
  func longChoice() throws {
    let names = (0..<500).map { "metric_\($0 * 7)_total" }
    let shape = try #require(LiteralShape(names.joined(separator: "|") + "|rest_.*"))
    for name in names { #expect(matches(shape, name)) }
    for name in ["metric_1_total", "metric_", "", "zzz", "metric_7_tota", "metric_7_totals"] {
      #expect(!matches(shape, name), "\(name)")
    }
    #expect(matches(shape, "rest_1"))
  }
}
