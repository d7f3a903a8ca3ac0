import Exposition
import GodwitTesting
import MetricModel
import Testing

@Suite("Written pages")
struct ExpositionWriterTests {
  @Test("A page is written as Prometheus text")
  func page() {
    var writer = ExpositionWriter()
    writer.writeHelp("Back\\slash, \"quotes\"\nand lines.", of: "a_total")
    writer.writeType(.counter, of: "a_total")
    writer.writeSeries(LabelSet(["__name__": "a_total", "b": "c\"\\\n", "d": "e"]), value: 1)
    writer.writeSeries(LabelSet(["__name__": "a_total"]), value: 1e21, timestampMs: 1_395_066_363_000)
    writer.writeType(.unknown, of: "x.y")
    writer.writeSeries(LabelSet(["__name__": "x.y", "l.m": "n"]), value: .infinity, timestampMs: -1)
    writer.writeSeries(LabelSet(["__name__": "x.y"]), value: .nan)
    let isWritten = writer.writeSeries(LabelSet(["job": "j"]), value: 1)
    #expect(!isWritten)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self) == #"""
        # HELP a_total Back\\slash, "quotes"\nand lines.
        # TYPE a_total counter
        a_total{b="c\"\\\n",d="e"} 1
        a_total 1e+21 1395066363000
        # TYPE "x.y" untyped
        {"x.y","l.m"="n"} +Inf
        {"x.y"} NaN

        """#)
  }

  @Test("Every type has a word that a reader of 0.0.4 knows", arguments: MetricMetadata.MetricType.allCases)
  func types(type: MetricMetadata.MetricType) throws {
    var writer = ExpositionWriter()
    writer.writeType(type, of: "a")
    var parser = ExpositionParser(writer.bytes, format: .prometheusText)
    #expect(try parser.next() == .type)
  }

  @Test("What is written is read back", arguments: SeededRandom.seeds)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let alphabet = Array("ab_:09.\"\\\n\r\t {}=,#é世")
    func text() -> String {
      String((0..<Int.random(in: 1...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
    }
    for _ in 0..<2_000 {
      var labels = LabelSet()
      labels.set("__name__", text())
      for _ in 0..<Int.random(in: 0...4, using: &random) { labels.set(text(), text()) }
      var value = Double(bitPattern: random.next())
      if value.isNaN { value = SpecialNaN.normal }
      let time = Bool.random(using: &random) ? Int64.random(in: 0 ... .max, using: &random) : nil
      let (help, family) = (text(), text())

      var writer = ExpositionWriter()
      writer.writeHelp(help, of: "a")
      writer.writeType(.gauge, of: family)
      writer.writeSeries(labels, value: value, timestampMs: time)

      var parser = ExpositionParser(writer.bytes, format: .prometheusText)
      #expect(try parser.next() == .help)
      // A text of blanks alone is no text to the reference's reader.
      if !help.allSatisfy({ $0 == " " || $0 == "\t" }) { #expect(parser.metadataText == help, "seed \(seed)") }
      #expect(try parser.next() == .type)
      #expect(try parser.next() == .series)
      var read = LabelSet()
      #expect(parser.labels(into: &read))
      #expect(read == labels, "seed \(seed)")
      #expect(parser.value.bitPattern == value.bitPattern && parser.timestampMs == time, "seed \(seed)")
      #expect(try parser.next() == nil)
    }
  }
}
