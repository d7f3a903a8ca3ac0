/// A label of a series before, and what was written for it.
struct WrittenLabel: Sendable {
  /// The symbol numbers of the name, in the lower half, and of the value.
  var label: UInt64
  /// In 2.0 the two references in the lower seven bytes, and how many bytes those are in the highest one. In 1.0 where
  /// in the message the label lies, in the lower five bytes, and how many bytes it has.
  var word: UInt64

  @inline(__always)
  static func label(_ name: UInt32, _ value: UInt32) -> UInt64 { UInt64(name) | UInt64(value) << 32 }

  @inline(__always)
  var value: UInt32 { UInt32(truncatingIfNeeded: label >> 32) }
}

/// The labels of the series before by their places: most labels of a series stand in the same place of the next one, so
/// that comparing two numbers finds what to write, without a look at the symbols or their texts.
struct WrittenLabels: Sendable {
  /// Labels in later places are not remembered; hardly a series has as many.
  static let countMax = 24
  /// Stands for no label: there are less than 2^32 symbols.
  private static let none = WrittenLabel(label: .max, word: 0)

  private(set) var labels = InlineArray<24, WrittenLabel>(repeating: Self.none)

  mutating func forget() { labels = InlineArray(repeating: Self.none) }

  /// Remembers a label with the two references that were written for it, of `width` bytes together.
  @inline(__always)
  mutating func note(at place: Int, _ label: UInt64, references: UInt64, width: Int) {
    if place >= Self.countMax { return }
    labels[place] =
      width <= 7 ? WrittenLabel(label: label, word: references | UInt64(width) << 56) : Self.none
  }

  private static let startMask: UInt64 = 1 << 40 - 1

  /// Remembers a label that was written as so many bytes at `start`.
  @inline(__always)
  mutating func note(at place: Int, _ label: UInt64, start: Int, count: Int) {
    if place >= Self.countMax { return }
    let isShort = count < 1 << 24 && start <= Self.startMask
    labels[place] =
      isShort ? WrittenLabel(label: label, word: UInt64(start) | UInt64(count) << 40) : Self.none
  }

  /// Where in the message the label in that place was written, if it was the same.
  ///
  /// - Parameter known: a span of ``labels``; the subscript of the array would copy all of it first.
  @inline(__always)
  static func range(in known: Span<WrittenLabel>, at place: Int, of label: UInt64) -> (start: Int, count: Int)? {
    if place >= known.count || known[place].label != label { return nil }
    return (Int(known[place].word & startMask), Int(known[place].word >> 40))
  }

  /// Takes in that what was written from `start` on stands `distance` bytes further on.
  mutating func move(from start: Int, by distance: Int) {
    for place in labels.indices where labels[place].label != Self.none.label {
      let (position, count) = (Int(labels[place].word & Self.startMask), Int(labels[place].word >> 40))
      if position >= start { note(at: place, labels[place].label, start: position + distance, count: count) }
    }
  }
}
