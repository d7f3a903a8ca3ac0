import ByteCoding
import Exposition
import GodwitTesting
import Testing

@Suite("Lines that bring a number alone")
struct PlainLineTests {
  private static let texts = [
    "a", "a_total{b=\"c\"}", "http_request_duration_seconds_bucket{code=\"200\",handler=\"/api\",le=\"0.5\"}",
  ]

  @Test("A plain line is what a known line is, and any other is left as it stands", arguments: SeededRandom.seeds)
  func likeKnown(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var taken = 0
    for round in 0..<20_000 {
      let format = ExpositionFormat.allCases.randomElement(using: &random) ?? .prometheusText
      let known = Self.texts.randomElement(using: &random) ?? ""
      let page = Self.page(known, using: &random)
      let hash = Hash64(seed: seed)(Array(known.utf8), 0..<known.utf8.count)
      var plain = ExpositionParser(Array(page.utf8), format: format, hash: Hash64(seed: seed))
      var full = plain
      let note: Comment = "\(page.debugDescription), seed \(seed), round \(round)"
      guard let value = plain.nextIfPlain(byteCount: known.utf8.count, hash: hash) else {
        #expect(plain.cursor == 0 && plain.seriesText.isEmpty, note)
        continue
      }
      taken += 1
      #expect(try full.nextIfKnown(byteCount: known.utf8.count, hash: hash), note)
      #expect(value.bitPattern == full.value.bitPattern && plain.cursor == full.cursor, note)
      #expect(full.timestampMs == nil && !full.hasExemplar, note)
    }
    #expect(taken > 2_000)
  }

  @Test(
    "Usual lines are plain in both formats",
    arguments: ["0", "12.5", "-3", "1e+06", "1.7322822e+09", "12345678901"])
  func usual(number: String) {
    for format in ExpositionFormat.allCases {
      for known in Self.texts {
        let hash = Hash64(seed: 7)(Array(known.utf8), 0..<known.utf8.count)
        var parser = ExpositionParser(
          Array("\(known) \(number)\n# EOF\n".utf8), format: format, hash: Hash64(seed: 7))
        #expect(parser.nextIfPlain(byteCount: known.utf8.count, hash: hash) == Double(number))
        #expect(parser.isAtComment)
      }
    }
  }

  @Test("A length from elsewhere cannot reach outside the page", arguments: [Int.min, -1, 0, 3, 4, 5, Int.max])
  func lengths(byteCount: Int) {
    let hash = Hash64(seed: 7)(Array("a".utf8), 0..<1)
    for format in ExpositionFormat.allCases {
      var parser = ExpositionParser(Array("a 1\n".utf8), format: format, hash: Hash64(seed: 7))
      #expect(parser.nextIfPlain(byteCount: byteCount, hash: hash) == nil)
    }
  }

  /// A line that is mostly the known one, and mostly followed by another.
  private static func page(_ known: String, using random: inout SeededRandom) -> String {
    let text = random.oneIn(6) ? (texts.randomElement(using: &random) ?? "") : known
    let before = random.oneIn(12) ? ["\n", " ", "# a comment\n"].randomElement(using: &random) ?? "" : ""
    let separator = random.oneIn(12) ? ["", "\t", "  ", " {"].randomElement(using: &random) ?? "" : " "
    var number = String(UInt64.random(in: 0...(1 << UInt64.random(in: 0...63, using: &random)), using: &random))
    if random.oneIn(3) { number.insert(".", at: number.indices.randomElement(using: &random) ?? number.startIndex) }
    if random.oneIn(12) { number += ["e5", "e-30", "e999", ".", "x"].randomElement(using: &random) ?? "" }
    if random.oneIn(20) { number = ["NaN", "+Inf", "-0", "+1", "", "1e", "é"].randomElement(using: &random) ?? "" }
    let after = random.oneIn(8) ? [" ", " 1700000000", " # {t=\"u\"} 2", "\t"].randomElement(using: &random) ?? "" : ""
    let rest = random.oneIn(3) ? "" : "\nthe_next_line_of_the_page 5\n"
    return before + text + separator + number + after + rest
  }
}
