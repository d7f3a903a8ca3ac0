import ByteCoding

/// Adds up what the references of the series of one message stand for.
///
/// Series that follow each other mostly differ in one label or two. So what a pair of references came to is kept by its
/// place, and a pair that is written like the last one at its place is known without a look at what it says.
struct RepeatedPairs {
  private struct Pair {
    /// It begins with the bytes of the pair.
    var word: UInt64
    /// Which bits of the word those are.
    var mask: UInt64
    var byteCount: Int
    /// What it adds to the sum at its place.
    var digest: Hash128.Digest

    /// Of eight bytes that no pair begins with, and longer than any message.
    static let none = Pair(word: .max, mask: .max, byteCount: 1 << 40, digest: Hash128.Digest(low: 0, high: 0))
  }

  /// Pairs at further places are read each time, and so are those with a large number.
  private var pairs = InlineArray<16, Pair>(repeating: .none)

  /// - Parameter symbols: the same for all calls.
  /// - Returns: nil where there is anything else in `range` than pairs of numbers of symbols.
  //  Not a part of its caller, which would leave no registers for it.
  @inline(never)
  mutating func sum(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ hash: Hash128
  ) -> (sum: Hash128.Digest, pairCount: Int)? {
    var sum = hash.start
    var place = 0
    var position = range.lowerBound
    while position < range.upperBound {
      if place < pairs.count && position <= bytes.count &- 8 {
        let word = bytes.word(at: position)
        if (word ^ pairs[place].word) & pairs[place].mask == 0 {
          sum.add(pairs[place].digest)
          position &+= pairs[place].byteCount
          place &+= 1
          continue
        }
        if let (name, value, byteCount) = Self.numbers(word) {
          guard name < symbols.count, value < symbols.count else { return nil }
          let digest = hash.part(symbols[name], symbols[value], at: UInt32(truncatingIfNeeded: place))
          let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* byteCount)
          pairs[place] = Pair(word: word, mask: mask, byteCount: byteCount, digest: digest)
          sum.add(digest)
          position &+= byteCount
          place &+= 1
          continue
        }
      }
      var cursor = WireCursor(position..<range.upperBound)
      guard let name = cursor.index(bytes, below: symbols.count), let value = cursor.index(bytes, below: symbols.count)
      else { return nil }
      sum.add(hash.part(symbols[name], symbols[value], at: UInt32(truncatingIfNeeded: place)))
      position = cursor.position
      place &+= 1
    }
    // The last pair may have gone on behind the end.
    return position == range.upperBound ? (sum, place) : nil
  }

  /// The two numbers that `word` begins with, if none has more than two bytes. Whether they have one or two is as good as
  /// random, so nothing branches on that.
  @inline(__always)
  private static func numbers(_ word: UInt64) -> (name: Int, value: Int, byteCount: Int)? {
    let isNameWide = word >> 7 & 1
    let rest = word &>> (8 &+ 8 &* isNameWide)
    let isValueWide = rest >> 7 & 1
    if (word >> 15 & isNameWide) | (rest >> 15 & isValueWide) != 0 { return nil }
    let name = word & 0x7f | word >> 1 & 0x3f80 & (0 &- isNameWide)
    let value = rest & 0x7f | rest >> 1 & 0x3f80 & (0 &- isValueWide)
    return (
      Int(truncatingIfNeeded: name), Int(truncatingIfNeeded: value),
      Int(truncatingIfNeeded: 2 &+ isNameWide &+ isValueWide)
    )
  }
}

/// Says what the metadata of the series of one message stands for, which those of one family share.
struct RepeatedMetadata {
  /// The last message that was read, if it has at most eight bytes: their number, and a word that begins with them.
  private var byteCount = -1
  private var word: UInt64 = 0
  /// Which bits of the word those are.
  private var mask: UInt64 = 0
  private var digest = Hash128.Digest(low: 0, high: 0)

  /// - Parameters:
  ///   - range: of the message; an empty one says as much as none.
  ///   - symbols: the same for all calls.
  /// - Returns: nil where there is something else in the message, or in another order than encoders write it.
  @inline(__always)
  mutating func digest(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ hash: Hash128
  ) -> Hash128.Digest? {
    if range.count == byteCount, let word = WireCursor(range).word(bytes), (word ^ self.word) & mask == 0 {
      return digest
    }
    return read(range, bytes, symbols, hash)
  }

  @inline(never)
  private mutating func read(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ hash: Hash128
  ) -> Hash128.Digest? {
    var type: UInt64 = 0
    var texts = (help: 0, unit: 0)
    var cursor = WireCursor(range)
    if cursor.take(0x08, bytes) {
      guard let number = cursor.varint(bytes) else { return nil }
      type = number
    }
    if cursor.take(0x18, bytes) {
      guard let help = cursor.index(bytes, below: symbols.count) else { return nil }
      texts.help = help
    }
    if cursor.take(0x20, bytes) {
      guard let unit = cursor.index(bytes, below: symbols.count) else { return nil }
      texts.unit = unit
    }
    guard cursor.isAtEnd else { return nil }
    let read = hash.combine(Hash128.Digest(low: type, high: type), symbols[texts.help], symbols[texts.unit])
    if range.count <= 8, let word = WireCursor(range).word(bytes) {
      byteCount = range.count
      self.word = word
      // A shift by 64 leaves nothing.
      mask = .max >> UInt64(64 - 8 * range.count)
      digest = read
    }
    return read
  }
}
