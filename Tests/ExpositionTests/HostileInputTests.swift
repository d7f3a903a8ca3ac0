import Exposition
import GodwitTesting
import MetricModel
import Testing

@Suite("Hostile pages")
struct HostileInputTests {
  /// Reads all that can be read, every detail of it.
  private func walk(_ body: [UInt8], _ format: ExpositionFormat) {
    var parser = ExpositionParser(body, format: format)
    var labels = LabelSet()
    var entries = 0
    do {
      while let entry = try parser.next() {
        entries += 1
        _ = parser.labels(into: &labels)
        _ = parser.exemplar()
        _ = parser.metadataText
        if entry == .series {
          var second = ExpositionParser(Array(body[parser.seriesText]) + [0x20, 0x31, 0x0a], format: format)
          // A text that was read once is read again.
          #expect(throws: Never.self) { try second.next() }
        }
      }
    } catch {
      #expect(error.offset <= body.count + 1)
      #expect(throws: error) { try parser.next() }
    }
    #expect(entries <= body.count)
  }

  #if DEBUG
  static let mutationsPerPage = 5
  static let runBytes = 1 << 16
  #else
  static let mutationsPerPage = 40
  static let runBytes = 8 << 20
  #endif

  @Test("Mutated pages end in entries or an error", arguments: SeededRandom.seeds)
  func mutations(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let interesting = Array("\0\n\r\t \"\\{}=,#+-._e0195aNf\u{7f}".utf8) + [0x80, 0xff]
    for page in try GoldenPage.all() {
      let original = page.body
      for _ in 0..<Self.mutationsPerPage where !original.isEmpty {
        var body = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<body.count, using: &random)
          let byte = interesting.randomElement(using: &random) ?? 0
          switch Int.random(in: 0..<4, using: &random) {
          case 0: body[place] = byte
          case 1: body.insert(byte, at: place)
          case 2: body.removeSubrange(place..<min(body.count, place + 3))
          default: body.removeLast(min(body.count - 1, Int.random(in: 0...20, using: &random)))
          }
          if body.isEmpty { body = [byte] }
        }
        for format in ExpositionFormat.allCases { walk(body, format) }
      }
    }
  }

  @Test("Every cut of a page ends in entries or an error")
  func cuts() throws {
    for page in try GoldenPage.all().prefix(60) {
      for count in 0..<page.body.count {
        for format in ExpositionFormat.allCases { walk(Array(page.body[..<count]), format) }
      }
    }
  }

  /// Not by the clock: the parser visits each byte a bounded number of times, so these end soon or, if it did not,
  /// would not end within any patience.
  @Test(
    "One endless line ends in an error or an entry",
    arguments: [
      "a", "{", "\"", "a{b=\"", "a{b=\"\\", "a ", "a 1", "a 1 ", "#", "# HELP a ", "# TYPE ", "a 1 # {b=\"", "a 0.",
    ],
    [UInt8(ascii: "1"), UInt8(ascii: "a"), UInt8(ascii: " "), UInt8(ascii: "\\"), 0, 0xff])
  func endlessLine(start: String, byte: UInt8) {
    let body = Array(start.utf8) + [UInt8](repeating: byte, count: Self.runBytes)
    for format in ExpositionFormat.allCases {
      var parser = ExpositionParser(body, format: format)
      while let entry = try? parser.next() { #expect(entry != .unit) }
      #expect(parser.cursor <= body.count + 1)
    }
  }

  @Test("A flood of labels is refused before it costs time", arguments: ExpositionFormat.allCases)
  func labelFlood(format: ExpositionFormat) throws {
    for (count, isValid) in [(ExpositionParser.labelsPerSeriesMax, true), (50_000, false)] {
      let labels = (0..<count).map { "l\(count - $0)=\"v\"" }.joined(separator: ",")
      var parser = ExpositionParser(Array("a{\(labels)} 1\n".utf8), format: format)
      #expect(try parser.next() == .series)
      var set = LabelSet()
      #expect(parser.labels(into: &set) == isValid)

      guard format == .openMetrics else { continue }
      parser = ExpositionParser(Array("a 1 # {\(labels)} 1\n# EOF".utf8), format: format)
      #expect(try parser.next() == .series)
      #expect(parser.exemplar() == nil)
    }
  }

  @Test("Random bytes end in entries or an error", arguments: SeededRandom.seeds)
  func noise(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...80, using: &random)
      let body = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      for format in ExpositionFormat.allCases { walk(body, format) }
    }
  }
}
