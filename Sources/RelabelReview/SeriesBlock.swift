import Exposition
import MetricModel

/// Some series of an input, one behind the other: what is worked on at once.
struct SeriesBlock: Sendable {
  enum Content: Sendable {
    /// Whole lines.
    case lines([UInt8], SeriesInput.Form)
    /// Series that were read already, each with its line, or the reason why the rest could not be.
    case series([LabelSet], firstFlaw: SeriesFlaw?)
  }

  /// The place of the block among those of its input, from 0.
  var index: Int
  /// The number of its first line, from 1.
  var firstLine: Int
  var content: Content

  /// What one line, or one series of a page or request, came to.
  enum Item {
    case series
    case flaw(SeriesFlaw)
  }

  /// Hands over each series in order; `labels` is the same memory every time and may be changed.
  func forEach(_ body: (Item, inout LabelSet) -> Void) {
    var labels = LabelSet()
    switch content {
    case .series(let sets, let flaw):
      for set in sets {
        labels = set
        body(.series, &labels)
      }
      if let flaw { body(.flaw(flaw), &labels) }
    case .lines(let bytes, let form):
      var line = firstLine
      var lines = LineWalk()
      while let range = lines.next(in: bytes) {
        defer { line += 1 }
        if LineWalk.isBlank(bytes, range) { continue }
        if form == .notation && bytes[range.lowerBound] == UInt8(ascii: "#") { continue }
        do throws(LabelObject.Flaw) {
          if form == .notation {
            try SeriesNotation.read(bytes, range, into: &labels)
          } else {
            try LabelObject.read(bytes, range, into: &labels)
          }
          body(.series, &labels)
        } catch {
          let before = bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + error.offset)]
          let column = String(decoding: before, as: UTF8.self).unicodeScalars.count + 1
          body(.flaw(SeriesFlaw(line: line, column: column, message: error.message)), &labels)
        }
      }
    }
  }
}

/// Why a line holds no series.
struct SeriesFlaw: Error, Hashable, Sendable {
  /// From 1; nil where the input has no lines.
  var line: Int?
  var column: Int?
  var message: String
  /// Whether what follows could not be read either.
  var endsReading = false
}

/// One series as pages write it, without a value: `up{job="node"}`.
enum SeriesNotation {
  private static let value = Array(" 1\n".utf8)

  /// - Complexity: O(bytes), and a copy of the line.
  static func read(_ bytes: [UInt8], _ range: Range<Int>, into labels: inout LabelSet) throws(LabelObject.Flaw) {
    // By the grammar of pages, which wants a value.
    var parser = ExpositionParser(Array(bytes[range]) + value, format: .prometheusText)
    let entry: ExpositionEntry?
    do throws(ExpositionError) {
      entry = try parser.next()
    } catch {
      throw LabelObject.Flaw(offset: min(error.offset, range.count), message: error.message)
    }
    guard entry == .series else { throw LabelObject.Flaw(offset: 0, message: "expected a series") }
    guard parser.labels(into: &labels) else {
      throw LabelObject.Flaw(offset: 0, message: "a label stands twice or has no name")
    }
  }
}
