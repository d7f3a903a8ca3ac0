import ByteCoding
import MetricModel

/// Where the name and the labels of a series lie in its text, as they were found when the series was read.
///
/// Known of series that are written as nearly all are. Others are walked again when somebody asks for their labels.
///
/// A series mostly begins as the one before it on the page, and has labels of the same names. What both have in common
/// was found to be well-formed there and lies in the same places here, so it is compared and not read again.
struct SeriesPlaces: Sendable {
  /// Series with more labels are rare enough to be walked twice.
  static let labelsMax = 64

  /// Whether these are the places of the series that was read last.
  var areKnown = false
  /// The name that stands before the braces.
  private(set) var name = 0..<0
  private var labels: [LabelPlace] = []
  private var count = 0
  /// Where on the page the text lies that the places are counted from; nil before the first one.
  private var origin: Int?
  /// How many series have been read.
  private var number = 0
  /// One bit for each label: whether it is not, name and value, the one that the series before had in its place.
  private var changed: UInt64 = 0
  /// Whether the series has the name of the one before, and labels of the same names in the same places.
  private var continues = false

  /// The place behind the name of a series, if it is that of the series before.
  ///
  /// - Parameters:
  ///   - start: where the text begins.
  ///   - common: see ``commonCount(with:in:)``.
  @inline(__always)
  func nameEnd(from start: Int, _ common: Int) -> Int? { common > name.upperBound ? start &+ name.upperBound : nil }

  /// How many bytes the text at `start` has in common with that of the series before, up to about the end of its labels.
  ///
  /// - Complexity: O(bytes), some ten instructions for eight of them.
  @inline(__always)
  func commonCount(with start: Int, in bytes: Span<UInt8>) -> Int {
    guard let origin else { return 0 }
    let end = count > 0 ? labels[count - 1].end &+ 2 : name.upperBound &+ 1
    return bytes.commonCount(origin, start, atMost: end)
  }

  /// Notes where the name of a series lies that has no labels so far.
  ///
  /// - Parameters:
  ///   - name: counted from `start`.
  ///   - start: where the text of the series begins.
  ///   - common: how many bytes it has in common with the one before.
  mutating func take(name: Range<Int>, start: Int, common: Int) {
    continues = common >= name.upperBound && name == self.name && count == 0
    changed = 0
    self.name = name
    origin = start
    count = 0
    number += 1
  }

  /// The same, and reads labels for as long as they are plain ones.
  ///
  /// - Complexity: O(bytes); allocates on the first line of a page alone.
  @inline(__always)
  mutating func take(
    name: Range<Int>, labels list: inout LabelList, in bytes: Span<UInt8>, start: Int, common: Int
  ) {
    let (nameBefore, before, countBefore) = (self.name, origin ?? start, count)
    take(name: name, start: start, common: common)
    if labels.isEmpty { labels = Array(repeating: .nothing, count: Self.labelsMax) }
    var continues = common >= name.upperBound && name == nameBefore
    var changed: UInt64 = 0
    var taken = 0
    var room = labels.mutableSpan
    // With the comma or brace behind them.
    while taken < countBefore, room[taken].end &+ 2 <= common { taken &+= 1 }
    if taken > 0 { list.skip(to: start &+ room[taken &- 1].end &+ 2, in: bytes) }
    while taken < room.count {
      let known = taken < countBefore ? room[taken] : .nothing
      guard let label = list.nextIfPlain(in: bytes, from: start, like: known, from: before) else { break }
      if !label.isSame { changed |= 1 << UInt64(taken) }
      continues = continues && label.hasSameName
      room[taken] = label.place
      taken &+= 1
    }
    (self.continues, self.changed, count) = (continues && taken == countBefore, changed, taken)
  }

  /// The same for others; nil if they are not known, or are not to be taken as they stand.
  ///
  /// - Parameters:
  ///   - start: where in `body` the text begins.
  ///   - bound: the name of a label whose value is the bound of a bucket or a quantile.
  func plain(in body: [UInt8], from start: Int, bound: [UInt8]?) -> PlainSeries? {
    guard areKnown else { return nil }
    let (bytes, labels) = (body.span, labels.span)
    for place in 0..<count where labels[place].hasNoValue { return nil }
    if let bound {
      for place in 0..<count where labels[place].nameByteCount == bound.count {
        let (name, value) = (labels[place].name, labels[place].value)
        let label = bytes.extracting(start + name.lowerBound..<start + name.upperBound)
        guard label.isSame(as: bound.span) else { continue }
        let text = bytes.extracting(start + value.lowerBound..<start + value.upperBound)
        if FloatText.shape(text) != .same { return nil }
      }
    }
    return PlainSeries(
      number: number, name: name, room: self.labels, count: count, continues: continues, changed: changed)
  }

  /// Puts name and labels into a set, replacing what it held.
  ///
  /// - Parameter text: of the series.
  /// - Returns: false when a name is there twice.
  func copy(into labels: inout LabelSet, from text: Span<UInt8>) -> Bool {
    labels.assign(text, metricName: name, self.labels.span.extracting(first: count))
  }
}
