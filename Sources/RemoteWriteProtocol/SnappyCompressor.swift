import ByteCoding

/// Writes a text as elements of a snappy block: bytes as they are, and copies of what stands up to 64 KiB before.
///
/// The series of a request are rows of a table in which few columns change. At each place two copies are weighed: of
/// the row above, which is as far back as the last long copy was, and of the last place with the same six bytes. Six
/// bytes lead past what any two rows have in common, to the row with the same label and the same begin of a number. The
/// longer copy is taken, unless it is fairly long and the next byte begins one that is longer still.
///
/// Blocks get smaller than those of the C library, which takes less time.
struct SnappyCompressor: ~Copyable {
  /// A run of bytes that stands before too.
  private struct Run {
    var distance = 0
    var length = 0

    /// Whether it can be an element of two bytes; others take three.
    var isShort: Bool { length < 12 && distance < 2048 }
    /// A far copy of four bytes saves one, and the tag of the bytes behind it costs one.
    var isWorthwhile: Bool { length > 4 || distance < 2048 }
  }

  /// The shortest copy of a near place, and the least that is looked for.
  private static let lengthMin = 4
  /// The longest copy that one element is.
  private static let lengthMax = 64
  private static let distanceMax = 0xffff
  /// A run so long takes three bytes, and may hide one that is longer. For shorter ones looking does not pay.
  private static let fairLengths = 12..<goodLength
  /// Where a run is so long, nothing longer is looked for.
  private static let goodLength = 32
  /// A copy at least so long leads to the row above.
  private static let rowLength = 16
  private static let hashBits: UInt64 = 14
  /// What is looked for ends so far before the end, and words can be read without looking at it.
  private static let margin = 16

  /// Where the bytes with a hash stood last; 0 before they did.
  private var table = [UInt32](repeating: 0, count: 1 << hashBits)

  /// How many bytes the elements of so long a text take at most.
  ///
  /// A copy saves a byte at least, which pays for the tag of the bytes before it. Only longer tags, of sixty bytes and
  /// more, and that of the last bytes come on top.
  static func room(for count: Int) -> Int { count + count / 6 + 32 }

  /// - Precondition: the text is shorter than 4 GiB.
  mutating func write(_ text: Span<UInt8>, to writer: inout WireWriter) {
    precondition(text.count <= UInt32.max, "snappy blocks hold less than 4 GiB")
    let last = text.count - Self.margin
    var places = table.mutableSpan
    var (place, written, row, misses) = (1, 0, 1, 32)
    while place < last {
      var run = Self.longestRun(text, at: place, row, &places)
      if run.length == 0 {
        // Where nothing is ever found, few places are looked at.
        place &+= misses >> 5
        misses &+= 1
        continue
      }
      misses = 32
      if Self.fairLengths.contains(run.length) && place &+ 1 < last {
        let next = Self.longestRun(text, at: place &+ 1, row, &places)
        if next.length > run.length &+ 1 {
          run = next
          place &+= 1
        }
      }
      while place > written && place > run.distance && text[place &- 1] == text[place &- 1 &- run.distance] {
        place &-= 1
        run.length &+= 1
      }
      Self.writeBytes(text, from: written, to: place, &writer)
      Self.writeCopy(run, &writer)
      if run.length >= Self.rowLength { row = run.distance }
      let end = place &+ run.length
      // Where the copy begins was noted when it was looked for.
      if end < last { places[Self.hash(text.word(at: end &- 1))] = UInt32(truncatingIfNeeded: end &- 1) }
      (place, written) = (end, end)
    }
    Self.writeBytes(text, from: written, to: text.count, &writer)
  }

  /// The longest run from `place` on that is looked for, and notes the place.
  ///
  /// - Parameters:
  ///   - place: at least 1, and so far before the end of the text as the margin says.
  ///   - row: at least 1 and at most the place.
  ///   - places: each of them before `place`.
  @inline(__always)
  private static func longestRun(
    _ text: Span<UInt8>, at place: Int, _ row: Int, _ places: inout MutableSpan<UInt32>
  ) -> Run {
    // Eight bytes from `place` lie before the end by the margin, and those from all places before it. No place behind
    // the one that is looked at was ever noted, the row is no longer than the text before it, and none is negative.
    let word = unsafe text.uncheckedWord(at: place)
    let hash = hash(word)
    let noted = Int(places[hash])
    places[hash] = UInt32(truncatingIfNeeded: place)
    // As above.
    let above = unsafe text.uncheckedWord(at: place &- row) ^ word
    let last = unsafe text.uncheckedWord(at: noted) ^ word
    // Neither of them is 0: one branch for what is mostly so, where it cannot be foreseen.
    if (above & 0xffff_ffff) &* (last & 0xffff_ffff) != 0 { return Run() }
    var run = Run()
    if above & 0xffff_ffff == 0 {
      run = Run(distance: row, length: length(text, at: place, row, difference: above))
      if run.length >= goodLength { return run }
    }
    let distance = place &- noted
    if last & 0xffff_ffff == 0 && distance <= distanceMax {
      let other = Run(distance: distance, length: length(text, at: place, distance, difference: last))
      if other.length > run.length && other.isWorthwhile { run = other }
    }
    return run
  }

  /// - Parameter difference: of the first eight bytes.
  @inline(__always)
  private static func length(_ text: Span<UInt8>, at place: Int, _ distance: Int, difference: UInt64) -> Int {
    difference == 0
      ? 8 &+ text.commonCount(place &+ 8 &- distance, place &+ 8) : difference.trailingZeroBitCount >> 3
  }

  /// Of the first six bytes.
  @inline(__always)
  private static func hash(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: ((word << 16) &* 0x9e37_79b9_7f4a_7c15) >> (64 &- hashBits))
  }

  // MARK: - Elements

  @inline(__always)
  private static func writeBytes(_ text: Span<UInt8>, from start: Int, to end: Int, _ writer: inout WireWriter) {
    let count = end &- start
    if count <= 0 { return }
    let length = UInt64(truncatingIfNeeded: count &- 1)
    if length < 60 {
      writer.byte(UInt8(truncatingIfNeeded: length << 2))
    } else {
      let width = (71 &- length.leadingZeroBitCount) >> 3
      writer.byte(UInt8(truncatingIfNeeded: (59 &+ width) << 2))
      writer.lowBytes(of: length, count: width)
    }
    writer.copy(text, start: start, count: count)
  }

  @inline(__always)
  private static func writeCopy(_ run: Run, _ writer: inout WireWriter) {
    var rest = run.length
    // What is left is never too short for an element.
    while rest >= lengthMax &+ lengthMin {
      writeFarCopy(run.distance, lengthMax, &writer)
      rest &-= lengthMax
    }
    if rest > lengthMax {
      writeFarCopy(run.distance, lengthMax &- lengthMin, &writer)
      rest &-= lengthMax &- lengthMin
    }
    if Run(distance: run.distance, length: rest).isShort {
      let tag = UInt64(truncatingIfNeeded: 1 | (rest &- lengthMin) << 2 | (run.distance >> 8) << 5)
      writer.lowBytes(of: tag | UInt64(truncatingIfNeeded: run.distance & 0xff) << 8, count: 2)
    } else {
      writeFarCopy(run.distance, rest, &writer)
    }
  }

  @inline(__always)
  private static func writeFarCopy(_ distance: Int, _ length: Int, _ writer: inout WireWriter) {
    writer.lowBytes(of: UInt64(truncatingIfNeeded: 2 | (length &- 1) << 2 | distance << 8), count: 3)
  }
}
