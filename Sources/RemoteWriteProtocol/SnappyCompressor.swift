import ByteCoding

/// Writes a text as elements of a snappy block: bytes as they are, and copies of what stands up to 64 KiB before.
///
/// The series of a request are rows of a table in which few columns change. At each place two copies are weighed: of
/// the row above, which is as far back as the last long copy was, and of the last place with the same bytes, six of
/// them. Six lead past what any two rows have in common, to the row with the same label and the same begin of a number.
/// The longer copy is taken, unless it is fairly long and the next byte begins one that is longer still.
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

  /// Where bytes stood last, by a hash of some of them.
  private struct Hashing {
    /// Moves the bytes that are not hashed, the highest of a word, out of the product.
    let multiplier: UInt64

    init(bytes: Int) { multiplier = 0x9e37_79b9_7f4a_7c15 << UInt64(64 - 8 * bytes) }

    /// Notes a place for what stands there.
    ///
    /// - Returns: the place that was noted before.
    @inline(__always)
    func note(_ place: Int, _ word: UInt64, _ places: inout MutableSpan<UInt32>) -> Int {
      let hash = Int(truncatingIfNeeded: (word &* multiplier) >> (64 &- hashBits))
      let noted = Int(places[hash])
      places[hash] = UInt32(truncatingIfNeeded: place)
      return noted
    }
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
  private let hashing: Hashing

  /// - Parameter hashedBytes: how many bytes lead back to where they stood, 4 to 8. Fewer find what is short, more find
  ///   what is long.
  init(hashedBytes: Int) { hashing = Hashing(bytes: hashedBytes) }

  /// How many bytes the elements of so long a text take at most.
  ///
  /// A copy saves a byte at least, which pays for the tag of the bytes before it. Only longer tags, of sixty bytes and
  /// more, and that of the last bytes come on top.
  static func room(for count: Int) -> Int { count + count / 6 + 32 }

  /// - Precondition: the text is shorter than 4 GiB.
  mutating func write(_ text: Span<UInt8>, to writer: inout WireWriter) {
    precondition(text.count <= UInt32.max, "snappy blocks hold less than 4 GiB")
    let last = text.count - Self.margin
    let hashing = hashing
    var places = table.mutableSpan
    // Known to the loop, no hash need be compared with it.
    precondition(places.count == 1 << Self.hashBits)
    var (place, written, row) = (1, 0, 1)
    while let start = Self.nextStart(text, from: place, row, last, hashing, &places) {
      place = start.place
      var run = Self.longerRun(text, at: place, row, start.noted)
      if run.length == 0 {
        place &+= 1
        continue
      }
      if Self.fairLengths.contains(run.length) && place &+ 1 < last {
        // In the text by the condition.
        let word = unsafe text.uncheckedWord(at: place &+ 1)
        let next = Self.longerRun(text, at: place &+ 1, row, hashing.note(place &+ 1, word, &places))
        if next.length > run.length &+ 1 {
          run = next
          place &+= 1
        }
      }
      Self.write(text, from: written, to: place, run, &writer)
      if run.length >= Self.rowLength { row = run.distance }
      place &+= run.length
      written = place
    }
    Self.writeBytes(text, from: written, to: text.count, &writer)
  }

  /// The next place where four bytes stand that stood a row before or at the place that was noted for them.
  ///
  /// - Parameters:
  ///   - start: at least 1.
  ///   - row: at least 1 and at most `start`.
  ///   - last: so far before the end of the text as the margin says.
  /// - Returns: nil if there is none before `last`.
  @inline(__always)
  private static func nextStart(
    _ text: Span<UInt8>, from start: Int, _ row: Int, _ last: Int, _ hashing: Hashing,
    _ places: inout MutableSpan<UInt32>
  ) -> (place: Int, noted: Int)? {
    var (place, misses) = (start, 32)
    while place < last {
      // Eight bytes from `place` lie before the end by the margin, and those from all places before it. No place behind
      // the one that is looked at was ever noted, the row is no longer than the text before it, and none is negative.
      let word = unsafe text.uncheckedWord(at: place)
      let noted = hashing.note(place, word, &places)
      let four = UInt32(truncatingIfNeeded: word)
      if unsafe text.uncheckedHalfWord(at: place &- row) == four { return (place, noted) }
      // As above.
      if unsafe text.uncheckedHalfWord(at: noted) == four && place &- noted <= Self.distanceMax {
        return (place, noted)
      }
      // Where nothing is ever found, few places are looked at.
      place &+= misses >> 5
      misses &+= 1
    }
    return nil
  }

  /// The longer of the runs from `place` on that stood a row before and at the place that was noted; of neither if they
  /// are too short.
  @inline(__always)
  private static func longerRun(_ text: Span<UInt8>, at place: Int, _ row: Int, _ noted: Int) -> Run {
    // In the text as in the search.
    var run = Run(distance: row, length: unsafe text.uncheckedCommonCount(place &- row, place))
    if run.length >= goodLength { return run }
    if run.length < lengthMin { run.length = 0 }
    let distance = place &- noted
    if distance <= distanceMax {
      // As above.
      let other = Run(distance: distance, length: unsafe text.uncheckedCommonCount(noted, place))
      if other.length >= lengthMin && other.length > run.length && other.isWorthwhile { run = other }
    }
    return run
  }

  // MARK: - Elements

  /// The bytes up to `place`, and the run from there on.
  @inline(__always)
  private static func write(
    _ text: Span<UInt8>, from start: Int, to place: Int, _ run: Run, _ writer: inout WireWriter
  ) {
    if place &- start > WireWriter.shortCount || run.length > lengthMax {
      writeBytes(text, from: start, to: place, &writer)
      writeCopy(run, &writer)
      return
    }
    let tag = UInt64(truncatingIfNeeded: (place &- start &- 1) << 2)
    let copy = element(run)
    writer.shortCopy(text, start: start, count: place &- start, head: tag, tail: copy.bytes, count: copy.count)
  }

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
    let copy = element(Run(distance: run.distance, length: rest))
    writer.lowBytes(of: copy.bytes, count: copy.count)
  }

  @inline(__always)
  private static func writeFarCopy(_ distance: Int, _ length: Int, _ writer: inout WireWriter) {
    writer.lowBytes(of: farElement(distance, length), count: 3)
  }

  /// The bytes of a run that is one element.
  @inline(__always)
  private static func element(_ run: Run) -> (bytes: UInt64, count: Int) {
    let near = 1 | (run.length &- lengthMin) << 2 | (run.distance >> 8) << 5 | (run.distance & 0xff) << 8
    return run.isShort ? (UInt64(truncatingIfNeeded: near), 2) : (farElement(run.distance, run.length), 3)
  }

  @inline(__always)
  private static func farElement(_ distance: Int, _ length: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: 2 | (length &- 1) << 2 | distance << 8)
  }
}
