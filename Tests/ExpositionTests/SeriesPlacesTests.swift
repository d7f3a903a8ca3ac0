import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@testable import Exposition

/// A line is read once and its labels are taken from where they were found. One that was recognised is walked instead,
/// label by label, as is one that is written in an unusual way: both must say the same.
@Suite("Labels that are found while a line is read")
struct SeriesPlacesTests {
  private static let names = ["a", "b", "le", "quantile", "__name__", "code", "a_label_of_some_length", "Z9", "x"]
  private static let values = [
    "", "1", "0.5", "+Inf", "1e3", "a value of more than sixteen bytes", "GET", "/api/v1/x", "\\\\", "\\\"q\\\"",
    "a\\nb", "é", "日本", "{,}=",
  ]

  /// A series as some exporter may write it.
  private static func series(_ format: ExpositionFormat, _ random: inout SeededRandom) -> String {
    let name = ["up", "a:b_total", "http_request_duration_seconds_bucket", "x"].randomElement(using: &random) ?? "x"
    let count = Int.random(in: 0...6, using: &random)
    let isQuoted = Int.random(in: 0..<8, using: &random) == 0
    let isSpaced = format == .prometheusText && Int.random(in: 0..<4, using: &random) == 0
    var labels = (0..<count).map { _ in
      let name = names.randomElement(using: &random) ?? "a"
      let value = values.randomElement(using: &random) ?? ""
      let quote = Int.random(in: 0..<10, using: &random) == 0 ? "\"" : ""
      return "\(quote)\(name)\(quote)" + (isSpaced ? " = " : "=") + "\"\(value)\""
    }
    if isQuoted { labels.insert("\"\(name).quoted\"", at: Int.random(in: 0...labels.count, using: &random)) }
    var list = labels.joined(separator: isSpaced ? " , " : ",")
    if !labels.isEmpty && Bool.random(using: &random) { list += "," }
    if labels.isEmpty && Bool.random(using: &random) { return name }
    return (isQuoted ? "" : name) + (isSpaced ? " " : "") + "{\(list)}"
  }

  @Test("They are those of walking the line again", arguments: 1...30)
  func sameAsWalking(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var (found, walked) = (0, 0)
    for format in ExpositionFormat.allCases {
      for _ in 0..<200 {
        let type = ["histogram", "summary", "counter"].randomElement(using: &random) ?? "counter"
        let text = Self.series(format, &random)
        let page = Array("# TYPE f \(type)\n\(text) 1\n# EOF\n".utf8)
        var first = ExpositionParser(page, format: format)
        guard try first.next() == .type else { continue }
        // A trailing comma or an empty list is not everywhere allowed.
        guard (try? first.next()) == .series else { continue }
        var second = ExpositionParser(page, format: format)
        guard try second.next() == .type else { continue }
        #expect(try second.nextIfKnown(byteCount: first.seriesText.count, hash: first.seriesHash))
        var (labels, again) = (LabelSet(["left": "over"]), LabelSet(["left": "over"]))
        let (isValid, isValidAgain) = (first.labels(into: &labels), second.labels(into: &again))
        #expect(isValid == isValidAgain, "seed \(seed): \(text)")
        #expect(labels == again, "seed \(seed): \(text)")
        if first.reader.places.areKnown { found += 1 } else { walked += 1 }
      }
    }
    #expect(found > 50 && walked > 50, "seed \(seed): \(found) found, \(walked) walked")
  }

  /// What one line says, read on a page of its own.
  private static func alone(_ text: String, _ type: String, _ format: ExpositionFormat) -> ExpositionParser? {
    var parser = ExpositionParser(Array("# TYPE f \(type)\n\(text) 1\n# EOF\n".utf8), format: format)
    guard (try? parser.next()) == .type, (try? parser.next()) == .series else { return nil }
    return parser
  }

  /// A series that has much in common with another one.
  private static func neighbour(of text: String, _ format: ExpositionFormat, _ random: inout SeededRandom) -> String {
    guard !random.oneIn(5) else { return series(format, &random) }
    var text = Array(text.utf8)
    let digit = UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: break
    case 1: if let place = text.firstIndex(of: UInt8(ascii: "=")) { text.insert(digit, at: place) }
    case 2: if let place = text.lastIndex(of: UInt8(ascii: "\"")) { text.insert(digit, at: place) }
    case 3:
      if let place = text.lastIndex(of: UInt8(ascii: "}")), text[place - 1] == UInt8(ascii: "\"") {
        text.replaceSubrange(place..<place, with: ",more=\"\(digit)\"".utf8)
      }
    default: text[Int.random(in: 0..<text.count, using: &random)] = digit
    }
    return String(decoding: text, as: UTF8.self)
  }

  @Test("A line says what it says alone, whatever it has in common with the one before", arguments: 1...40)
  func sameAsAlone(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for format in ExpositionFormat.allCases {
      let type = ["histogram", "summary", "counter"].randomElement(using: &random) ?? "counter"
      var lines: [(text: String, alone: ExpositionParser)] = []
      while lines.count < 60 {
        let text = Self.neighbour(of: lines.last?.text ?? Self.series(format, &random), format, &random)
        if let alone = Self.alone(text, type, format) { lines.append((text, alone)) }
      }
      let page = "# TYPE f \(type)\n" + lines.map { $0.text + " 1\n" }.joined() + "# EOF\n"
      var parser = ExpositionParser(Array(page.utf8), format: format)
      #expect(try parser.next() == .type)
      var before: (text: [UInt8], plain: PlainSeries)?
      for (index, line) in lines.enumerated() {
        let comment = "seed \(seed), line \(index): \(lines[max(0, index - 1)].text) \(line.text)" as Comment
        #expect(try parser.next() == .series, comment)
        var (labels, expected) = (LabelSet(), LabelSet())
        let isValid = parser.labels(into: &labels)
        #expect(isValid == line.alone.labels(into: &expected), comment)
        #expect(labels == expected, comment)
        #expect(parser.reader.places.areKnown == line.alone.reader.places.areKnown, comment)
        let (plain, alone) = (parser.plainSeries, line.alone.plainSeries)
        #expect((plain == nil) == (alone == nil), comment)
        let text = Array(parser.body[parser.seriesText])
        if let plain, let before { Self.compare(text, plain, to: before.text, before.plain, comment) }
        before = plain.map { (text, $0) }
      }
    }
  }

  /// Compares what is said of two lines that stand one behind the other with their texts.
  private static func compare(
    _ text: [UInt8], _ plain: PlainSeries, to textBefore: [UInt8], _ before: PlainSeries, _ comment: Comment
  ) {
    let (labels, labelsBefore) = (plain.labels.prefix(plain.count), before.labels.prefix(before.count))
    #expect(plain.number == before.number + 1, comment)
    let names = [text[plain.name]] + labels.map { text[$0.name] }
    let continues = names == [textBefore[before.name]] + labelsBefore.map { textBefore[$0.name] }
    // Blanks around an equals sign make a label that is not plain, so places follow from names and values.
    #expect(plain.continues == continues, comment)
    guard continues else { return }
    for (index, (label, labelBefore)) in zip(labels, labelsBefore).enumerated() {
      let isSame = text[label.value] == textBefore[labelBefore.value]
      #expect((plain.changed >> UInt64(index) & 1 == 0) == isSame, comment)
    }
  }

  @Test("They are found up to a number of labels, and beyond it no label is lost")
  func manyLabels() throws {
    for count in [SeriesPlaces.labelsMax - 1, SeriesPlaces.labelsMax, SeriesPlaces.labelsMax + 1, 200] {
      let names = (0..<count).map { "l\(1_000 + $0)" }
      let text = "a{" + names.map { "\($0)=\"v\($0)\"" }.joined(separator: ",") + "} 1\n"
      var parser = ExpositionParser(Array(text.utf8), format: .prometheusText)
      #expect(try parser.next() == .series)
      #expect(parser.reader.places.areKnown == (count <= SeriesPlaces.labelsMax))
      var labels = LabelSet()
      let isValid = parser.labels(into: &labels)
      #expect(isValid)
      #expect(labels == LabelSet([("__name__", "a")] + names.map { ($0, "v\($0)") }))
    }
  }

  @Test("What was found on one line is forgotten on the next")
  func nextLine() throws {
    var parser = ExpositionParser(Array("a{b=\"c\",d=\"e\"} 1\nf 2\n{\"g\"} 3\nh{} 4\n".utf8), format: .prometheusText)
    var labels = LabelSet()
    for expected in [["__name__": "a", "b": "c", "d": "e"], ["__name__": "f"], ["__name__": "g"], ["__name__": "h"]] {
      #expect(try parser.next() == .series)
      let isValid = parser.labels(into: &labels)
      #expect(isValid)
      #expect(labels == LabelSet(expected))
    }
  }
}
