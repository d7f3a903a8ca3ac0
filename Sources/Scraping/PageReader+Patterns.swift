import ByteCoding
import Exposition
import MetricModel

/// Lines that are new, and like one that was new before them.
extension PageReader {
  /// Gives a line its series by a pattern: what reading its labels would come to.
  ///
  /// - Returns: nil if there is no pattern that the line matches.
  mutating func patternedLine(
    _ parser: borrowing ExpositionParser, _ plain: PlainSeries, hash: UInt64
  ) -> UInt32? {
    // The line before has its series for as long as the page is read, and so the symbols of its labels.
    let continues = plain.continues && patterns.last.line == plain.number - 1
    let place = continues ? patterns.last.place : patterns.find(Self.key(parser, plain), answers: families.answers)
    guard let place else { return nil }
    let range = parser.seriesText
    let registered = patterns.use(place, line: plain.number) { pattern in
      let (text, labels) = (parser.body.span.extracting(range), plain.labels.span.extracting(first: plain.count))
      guard continues || pattern.matches(text, plain.name, labels) else {
        return nil as (id: SeriesID, isShared: Bool)?
      }
      return registry.withTable { table in
        let id = table.register(&pattern, text, plain.name, labels, changed: continues ? plain.changed : nil)
        return id.map { (id: $0, isShared: table.isShared($0)) }
      }
    }
    guard let registered else { return nil }
    return insert(registered.id, isShared: registered.isShared, hash: hash, byteCount: range.count)
  }

  /// Takes a line that was read in full as a pattern for others.
  mutating func learnPattern(of line: UInt32, _ parser: borrowing ExpositionParser, _ plain: PlainSeries) {
    guard lines.entries[Int(line)].isOwner else { return }
    let (id, range) = (SeriesID(rawValue: lines.series[line]), parser.seriesText)
    patterns.note(Self.key(parser, plain), answers: families.answers) {
      let (text, labels) = (parser.body.span.extracting(range), plain.labels.span.extracting(first: plain.count))
      return registry.withTable { table in
        SeriesPattern(of: id, in: table, text, plain.name, labels, fixed: labeler.targetLabels)
      }
    }
  }

  private static func key(_ parser: borrowing ExpositionParser, _ plain: PlainSeries) -> UInt64 {
    let start = parser.seriesText.lowerBound
    let name = start + plain.name.lowerBound..<start + plain.name.upperBound
    // The number spread over the bits; it wraps by intent.
    return Hash64.process(parser.body, name) ^ UInt64(plain.count) &* 0x9e37_79b9_7f4a_7c15
  }
}
