import ByteCoding
import Exposition
import MetricModel
import Testing

@Suite("Lines known from the page before")
struct KnownLineTests {
  private func parser(_ page: String, _ format: ExpositionFormat = .prometheusText) -> ExpositionParser {
    ExpositionParser(Array(page.utf8), format: format, hash: Hash64(seed: 7))
  }

  private func hash(_ text: String) -> UInt64 { Hash64(seed: 7)(Array(text.utf8), 0..<text.utf8.count) }

  @Test("A known line gives value, time, exemplar and labels as a first reading does")
  func same() throws {
    let page = "a_total{b=\"c\"} 5 1.5 # {t=\"u\"} 2\n# EOF"
    var first = parser(page, .openMetrics)
    var second = first
    #expect(try first.next() == .series)
    #expect(try second.nextIfKnown(byteCount: first.seriesText.count, hash: first.seriesHash))
    #expect(second.value == 5 && second.timestampMs == 1_500)
    #expect(second.seriesText == first.seriesText && second.cursor == first.cursor)
    #expect(second.exemplar() == first.exemplar())
    var labels = LabelSet()
    #expect(second.labels(into: &labels))
    #expect(labels == LabelSet(["__name__": "a_total", "b": "c"]))
    #expect(try second.next() == nil)
  }

  @Test("The hash offered is that of the text", arguments: ["a", "a{b=\"c\"}", "  a { b = \"c\" }", "{\"x.y\"}"])
  func hashes(text: String) throws {
    var parser = parser(text + " 1")
    #expect(try parser.next() == .series)
    #expect(parser.seriesText == 0..<text.utf8.count)
    #expect(parser.seriesHash == hash(text))
  }

  @Test(
    "Another line leaves the parser as it was",
    arguments: [
      ("a", "ab 1"), ("a", "a{b=\"c\"} 1"), ("a", "b 1"), ("a{b=\"c\"}", "a{b=\"d\"} 1"), ("a", "a"),
      ("a", ""), ("a{b=\"c\"}", "a 1"), ("", "a 1"),
    ])
  func other(known: String, line: String) throws {
    for format in ExpositionFormat.allCases {
      var parser = parser(line, format)
      #expect(try !parser.nextIfKnown(byteCount: known.utf8.count, hash: hash(known)))
      #expect(parser.cursor == 0 && parser.seriesText.isEmpty)
    }
  }

  @Test("Behind a known name, a blank may be followed by labels and empty lines may stand before it")
  func blanks() throws {
    var parser = parser("\n\na {b=\"c\"} 1\n")
    #expect(try !parser.nextIfKnown(byteCount: 1, hash: hash("a")))
    #expect(parser.cursor == 0)
    let text = "a {b=\"c\"}"
    #expect(try parser.nextIfKnown(byteCount: text.utf8.count, hash: hash(text)))
    #expect(parser.seriesText == 2..<2 + text.utf8.count)
  }

  @Test("A length from elsewhere cannot reach outside the page", arguments: [Int.min, -1, 0, 3, 4, 5, Int.max])
  func lengths(byteCount: Int) throws {
    for format in ExpositionFormat.allCases {
      var parser = parser("a 1\n", format)
      #expect(try !parser.nextIfKnown(byteCount: byteCount, hash: hash("a")))
    }
  }

  @Test("The rest of a known line must be well-formed", arguments: ["a x\n", "a 1 x\n", "a 1 2 3\n", "a \n"])
  func malformedRest(page: String) {
    for format in ExpositionFormat.allCases {
      var parser = parser(page, format)
      #expect(throws: ExpositionError.self) { try parser.nextIfKnown(byteCount: 1, hash: hash("a")) }
      #expect(parser.cursor == 0)
    }
  }

  @Test("A page read by what another one taught is read as if for the first time")
  func goldenPages() throws {
    for page in try GoldenPage.all() where page.ok {
      let format = try #require(ExpositionFormat(contentType: page.contentType))
      var teacher = ExpositionParser(page.body, format: format)
      var pupil = teacher
      while let entry = try teacher.next() {
        let before = pupil.cursor
        if entry == .series {
          let isTaken = try pupil.nextIfKnown(byteCount: teacher.seriesText.count, hash: teacher.seriesHash)
          #expect(isTaken == Self.isTakeable(teacher, behind: pupil.body[before..<teacher.seriesText.lowerBound]))
        }
        if pupil.cursor < teacher.cursor { #expect(try pupil.next() == entry) }
        #expect(pupil.cursor == teacher.cursor)
        #expect(GoldenPage.Entry(entry, of: pupil) == GoldenPage.Entry(entry, of: teacher))
      }
    }
  }

  /// A blank must follow the text, and nothing but empty lines may stand before it.
  private static func isTakeable(_ parser: ExpositionParser, behind gap: ArraySlice<UInt8>) -> Bool {
    [0x20, 0x09].contains(parser.body[parser.seriesText.upperBound]) && gap.allSatisfy { $0 == 0x0a }
  }

  @Test("Texts of every length have hashes of their own, and another seed has others")
  func distinct() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 300)
    var seen: Set<UInt64> = []
    for count in 0...300 {
      seen.insert(Hash64(seed: 1)(bytes, 0..<count))
      seen.insert(Hash64(seed: 2)(bytes, 0..<count))
    }
    #expect(seen.count == 602)
  }

  @Test("Every bit of a text changes its hash", arguments: [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 95])
  func bits(count: Int) {
    var bytes = [UInt8](repeating: 0, count: count)
    var seen: Set<UInt64> = [Hash64(seed: 1)(bytes, 0..<count)]
    for bit in 0..<count * 8 {
      bytes[bit / 8] ^= 1 << (bit % 8)
      seen.insert(Hash64(seed: 1)(bytes, 0..<count))
      bytes[bit / 8] ^= 1 << (bit % 8)
    }
    #expect(seen.count == count * 8 + 1)
  }
}
