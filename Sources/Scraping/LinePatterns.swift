import MetricModel

/// The patterns of the lines that were new lately, by what their metric is called and how many labels they have.
///
/// A pattern costs as much as to read a line and spares half of that, so one is made when the third such line has come:
/// many families have one line or two.
struct LinePatterns {
  private struct Known {
    let key: UInt64
    /// How many such lines were read in full.
    var count = 1
    /// Its place among the patterns; nil while there were fewer than ``LinePatterns/linesMin`` lines.
    var place: Int?
    /// What ``FamilyCatalogue/answers`` was.
    var answers: Int
  }

  /// New lines come family by family, and a histogram has lines of three names.
  static let max = 8
  /// Which line of a kind makes the pattern.
  static let linesMin = 3

  private var known: [Known] = []
  /// Apart, so that a look at one that is not used copies nothing.
  private var patterns: [SeriesPattern] = []
  private var oldest = 0
  /// Which pattern was used last, and for which line of the page: 0 for none on this page.
  private(set) var last = (place: 0, line: 0)

  var isEmpty: Bool { known.isEmpty }

  mutating func beginPage() { last.line = 0 }

  /// The place of the pattern for such lines, if one was made since `answers` changed last.
  func find(_ key: UInt64, answers: Int) -> Int? {
    for index in known.indices where known[index].key == key {
      return known[index].answers == answers ? known[index].place : nil
    }
    return nil
  }

  /// Uses the pattern at a place.
  ///
  /// - Parameter line: for which line of the page, counted from 1.
  /// - Returns: what `body` does, nil if it could not use the pattern.
  @inline(__always)
  mutating func use<Result>(_ place: Int, line: Int, _ body: (inout SeriesPattern) -> Result?) -> Result? {
    let result = body(&patterns[place])
    last = (place, result == nil ? 0 : line)
    return result
  }

  /// Notes that such a line was read in full.
  ///
  /// - Parameter make: the pattern of the line, asked for if enough of its kind have come.
  mutating func note(_ key: UInt64, answers: Int, _ make: () -> SeriesPattern?) {
    last.line = 0
    if let index = known.firstIndex(where: { $0.key == key }) {
      known[index].answers = answers
      known[index].count += 1
      guard known[index].count >= Self.linesMin, let pattern = make() else { return }
      if let place = known[index].place {
        patterns[place] = pattern
      } else {
        known[index].place = patterns.count
        patterns.append(pattern)
      }
    } else if known.count < Self.max {
      known.append(Known(key: key, place: nil, answers: answers))
    } else {
      forgetOldest()
      known[oldest] = Known(key: key, place: nil, answers: answers)
      oldest = (oldest + 1) % Self.max
    }
  }

  /// Forgets the patterns and gives back their memory.
  mutating func removeAll() { if !known.isEmpty { self = LinePatterns() } }

  private mutating func forgetOldest() {
    guard let place = known[oldest].place else { return }
    // The last pattern moves into the hole.
    patterns.swapAt(place, patterns.count - 1)
    patterns.removeLast()
    for index in known.indices where known[index].place == patterns.count { known[index].place = place }
  }
}
