/// Where a message begins to resemble what stands `distance` bytes before, until another place says otherwise.
///
/// Whoever writes a message knows this: a series looks like the one before it, at the same field. It is a hint. What
/// is packed is compared first, so a wrong one costs size and nothing else.
struct Resemblance: Hashable, Sendable {
  var position: UInt32
  var distance: UInt32
}

/// Makes a snappy block of a message whose writer has told where it repeats itself.
///
///     packer.begin(count: symbols.count + series.count)
///     packer.append(symbols, [])
///     packer.append(series, resemblances)
///     packer.finish(into: &compressed)
///
/// A general compressor finds out by hashing that nearly all of a series stands in the one before, and forgets it again
/// at the next. Here that costs a comparison of words, and only places that differ are looked up: first for seven bytes
/// that came before, then for four. The first finds a series with the same reference *and* the same beginning of its
/// value, which two lookups of four would take from two places.
///
/// - Complexity: linear in the message. The tables take 64 KiB; beginning a block touches none of it.
struct MessagePacker: Sendable {
  private static let tableBits = 13

  /// The last place where bytes of that hash stood, counted on through all blocks so that none needs to be forgotten:
  /// what is below `origin` is of an earlier text.
  private var shortTable: [UInt32] = []
  private var longTable: [UInt32] = []
  private var origin: UInt32 = 1
  private var output = WireBuffer()

  /// Begins a block of `count` bytes.
  ///
  /// - Precondition: `count` is less than 4 GiB, the most that the format can declare.
  mutating func begin(count: Int) {
    precondition(count < UInt32.max, "snappy blocks hold less than 4 GiB")
    output.removeAll()
    output.write(room: 5) { $0.varint(UInt64(count)) }
  }

  /// Replaces `block` by what was appended since ``begin(count:)``.
  mutating func finish(into block: inout [UInt8]) {
    block.removeAll(keepingCapacity: true)
    block.append(contentsOf: output.bytes)
    output.removeAll()
  }

  /// Appends a part of the message. Nothing is copied from one part into another.
  ///
  /// - Parameter resemblances: in ascending order of their positions, which are those of `text`.
  mutating func append(_ text: Span<UInt8>, _ resemblances: Span<Resemblance>) {
    if shortTable.isEmpty || UInt32.max - origin <= text.count {
      shortTable = [UInt32](repeating: 0, count: 1 << Self.tableBits)
      longTable = shortTable
      origin = 1
    }
    // Taken out of self for the moment: spans of them there would keep all of self from being changed.
    var (shortPlaces, longPlaces): ([UInt32], [UInt32]) = ([], [])
    swap(&shortPlaces, &shortTable)
    swap(&longPlaces, &longTable)
    defer {
      swap(&shortPlaces, &shortTable)
      swap(&longPlaces, &longTable)
    }
    let origin = self.origin
    self.origin += UInt32(text.count) + 1
    output.write(room: SnappyToken.roomMax(text.count)) { writer in
      var short = shortPlaces.mutableSpan
      var long = longPlaces.mutableSpan
      Self.pack(text, resemblances, origin, &short, &long, &writer)
    }
  }

  // MARK: - Parts

  /// A stretch of bytes that came before; none if it is too short to be worth a copy.
  private struct Match {
    var length = 0
    var distance = 0
    /// The bytes that it saves.
    var gain = 0

    @inline(__always)
    init() {}

    @inline(__always)
    init(length: Int, distance: Int) {
      guard length >= 4 else { return }
      self.length = length
      self.distance = distance
      gain = length - SnappyToken.width(length: length, distance: distance)
    }
  }

  /// From this length on a match with the series before is taken without looking for a better one.
  private static let sufficientLength = 12
  /// After this many bytes without a match only every other one is looked up, and so on.
  private static let patience = 4

  @inline(__always)
  private static func pack(
    _ text: Span<UInt8>, _ resemblances: Span<Resemblance>, _ origin: UInt32, _ short: inout MutableSpan<UInt32>,
    _ long: inout MutableSpan<UInt32>, _ output: inout WireWriter
  ) {
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = output
    var position = 0
    var literalStart = 0
    var distance = 0
    var nextHint = 0
    var nextHintPosition = resemblances.isEmpty ? Int.max : Int(resemblances[0].position)
    // Words are loaded from every place that is looked at; the last bytes go as they are.
    let end = text.count - 8
    while position < end {
      while position >= nextHintPosition {
        distance = Int(resemblances[nextHint].distance)
        if distance >= SnappyToken.distanceLimit || distance > position { distance = 0 }
        nextHint += 1
        nextHintPosition = nextHint < resemblances.count ? Int(resemblances[nextHint].position) : Int.max
      }
      var match = Match()
      if distance > 0 {
        match = Match(length: matchLength(text, position, position - distance), distance: distance)
      }
      if match.length < sufficientLength {
        let found = look(text, position, origin, &short, &long)
        if found.gain > match.gain { match = found }
      }
      // Between literals a copy costs the beginning of the second one.
      if match.gain > (position > literalStart ? 1 : 0) {
        writer.literal(text, start: literalStart, count: position - literalStart)
        writer.copyBack(length: match.length, distance: match.distance)
        position += match.length
        literalStart = position
      } else {
        // Where nothing resembles anything for long, as in identifiers, not every byte is looked up.
        position += distance > 0 ? 1 : 1 + (position - literalStart) >> patience
      }
    }
    writer.literal(text, start: literalStart, count: text.count - literalStart)
    output.position = writer.position
  }

  /// Looks for an earlier place with the same bytes, and remembers this one.
  @inline(__always)
  private static func look(
    _ text: Span<UInt8>, _ position: Int, _ origin: UInt32, _ short: inout MutableSpan<UInt32>,
    _ long: inout MutableSpan<UInt32>
  ) -> Match {
    let word = text.word(at: position)
    let number = origin + UInt32(truncatingIfNeeded: position)
    // Odd constants with bits all over, so that the high bits of the product depend on each of the bytes.
    let longSlot = Int((word << 8 &* 0x9fb2_1c65_1e98_df25) >> UInt64(64 - tableBits))
    let shortSlot = Int((word << 32 &* 0xd6e8_feb8_6659_fd93) >> UInt64(64 - tableBits))
    let (longNumber, shortNumber) = (long[longSlot], short[shortSlot])
    long[longSlot] = number
    short[shortSlot] = number
    if longNumber >= origin {
      let distance = Int(number - longNumber)
      if distance < SnappyToken.distanceLimit {
        let length = matchLength(text, position, position - distance)
        if length >= 7 { return Match(length: length, distance: distance) }
      }
    }
    guard shortNumber >= origin else { return Match() }
    let distance = Int(number - shortNumber)
    guard distance < SnappyToken.distanceLimit else { return Match() }
    return Match(length: matchLength(text, position, position - distance), distance: distance)
  }

  /// How many bytes from `position` on are the same as those from `earlier` on; the last seven are not looked at.
  @inline(__always)
  private static func matchLength(_ text: Span<UInt8>, _ position: Int, _ earlier: Int) -> Int {
    let end = text.count - 8
    var length = 0
    while position + length <= end {
      let difference = text.word(at: position + length) ^ text.word(at: earlier + length)
      if difference != 0 { return length + difference.trailingZeroBitCount >> 3 }
      length += 8
    }
    return length
  }
}
