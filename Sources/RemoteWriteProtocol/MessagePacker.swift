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
///     packer.append(texts: symbols)
///     packer.append(series, resemblances)
///     packer.finish(into: &block)
///
/// A general compressor finds out by hashing that nearly all of a series stands in the one before, and forgets it again
/// at the next. Here that costs a comparison of words. Only where a difference begins is an earlier place with the same
/// bytes looked up: first with seven of them, then with four. The first finds a series with the same reference *and*
/// the same beginning of its value, for which two lookups of four would need two copies.
///
/// - Complexity: linear in the message. The tables take 64 KiB; beginning a block touches none of it.
struct MessagePacker: Sendable {
  private static let tableBits = 13

  /// The last place where bytes of that hash stood, counted on through all blocks so that none needs to be forgotten:
  /// what is below `origin` is of an earlier message.
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

  /// Appends a part of the message of which nothing is known. Nothing is copied from one part into another.
  mutating func append(texts: ArraySlice<UInt8>) {
    let room = SnappyToken.roomMax(texts.count)
    output.write(room: room) { writer in
      let start = writer.position
      writer.block(of: texts, room: room)
      // Copies say how far they reach back, so the tokens mean the same without the length in front of them.
      let lengthWidth = Varint.width(UInt64(texts.count))
      writer.shiftTail(length: writer.position - start - lengthWidth, by: -lengthWidth)
    }
  }

  /// Appends a part of the message that resembles itself.
  ///
  /// - Parameter resemblances: in ascending order of their positions, which are those of `series`.
  mutating func append(_ series: Span<UInt8>, _ resemblances: Span<Resemblance>) {
    if shortTable.isEmpty || UInt32.max - origin <= series.count {
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
    self.origin += UInt32(series.count) + 1
    output.write(room: SnappyToken.roomMax(series.count)) { writer in
      var short = shortPlaces.mutableSpan
      var long = longPlaces.mutableSpan
      Self.pack(series, resemblances, origin, &short, &long, &writer)
    }
  }

  // MARK: - Parts

  /// A stretch of bytes that came before.
  private struct Match {
    var length = 0
    var distance = 0
    /// The bytes that a copy of it saves; none if it is too short for one.
    var gain = 0

    @inline(__always)
    init() {}

    @inline(__always)
    init(length: Int, distance: Int) {
      self.length = length
      self.distance = distance
      gain = length < 4 ? 0 : length &- SnappyToken.width(length: length, distance: distance)
    }
  }

  /// From this length on a match with the series before is taken without looking for a better one.
  private static let sufficientLength = 12

  @inline(__always)
  private static func pack(
    _ text: Span<UInt8>, _ resemblances: Span<Resemblance>, _ origin: UInt32, _ short: inout MutableSpan<UInt32>,
    _ long: inout MutableSpan<UInt32>, _ output: inout WireWriter
  ) {
    // In a variable of its own the writer stays in registers throughout the loop.
    var writer = output
    // Words are loaded from every place that is looked at; the last bytes go as they are.
    let end = text.count - 8
    var (position, literalStart) = (0, 0)
    var distance = 0
    var next = 0
    var nextPosition = resemblances.isEmpty ? text.count : Int(resemblances[0].position)
    while position < end {
      while position >= nextPosition {
        distance = Int(resemblances[next].distance)
        if distance >= SnappyToken.distanceLimit || distance > position { distance = 0 }
        next += 1
        nextPosition = next < resemblances.count ? Int(resemblances[next].position) : text.count
      }
      var match = Match()
      if distance > 0 { match = Match(length: matchLength(text, position, distance, end), distance: distance) }
      if match.length < sufficientLength {
        let found = look(text, position, end, origin, &short, &long)
        if found.gain > match.gain { match = found }
      }
      // Between literals a copy costs the beginning of the second one.
      if match.gain > (position > literalStart ? 1 : 0) {
        writer.literal(text, start: literalStart, count: position &- literalStart)
        writer.copyBack(length: match.length, distance: match.distance)
        position &+= match.length
        literalStart = position
      } else {
        position &+= 1
        if distance > 0 { position = resumption(text, position, distance, min(nextPosition, end)) }
      }
    }
    writer.literal(text, start: literalStart, count: text.count &- literalStart)
    output.position = writer.position
  }

  /// The first place from `position` on, or else `limit`, with four bytes that are the same `distance` bytes before.
  @inline(__always)
  private static func resumption(_ text: Span<UInt8>, _ position: Int, _ distance: Int, _ limit: Int) -> Int {
    var position = position
    while position < limit {
      let difference = text.word(at: position) ^ text.word(at: position &- distance)
      // The top bit of each byte that is zero: seven bits carry into the eighth unless all of them are.
      let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
      let same = ~((difference & low) &+ low | difference | low)
      let runs = same & same >> 8 & same >> 16 & same >> 24
      if runs != 0 { return min(position &+ runs.trailingZeroBitCount >> 3, limit) }
      // The last three bytes may begin a run that goes on behind the word.
      position &+= 5
    }
    return limit
  }

  /// Looks for an earlier place with the same bytes, and remembers this one.
  @inline(__always)
  private static func look(
    _ text: Span<UInt8>, _ position: Int, _ end: Int, _ origin: UInt32, _ short: inout MutableSpan<UInt32>,
    _ long: inout MutableSpan<UInt32>
  ) -> Match {
    let word = text.word(at: position)
    // Below 2^32: `append` sees to it that all places of the text have numbers.
    let number = origin &+ UInt32(truncatingIfNeeded: position)
    // Odd constants with bits all over, so that the high bits of the product depend on each of the bytes.
    let longSlot = Int(truncatingIfNeeded: (word << 8 &* 0x9fb2_1c65_1e98_df25) >> UInt64(64 - tableBits))
    let shortSlot = Int(truncatingIfNeeded: (word << 32 &* 0xd6e8_feb8_6659_fd93) >> UInt64(64 - tableBits))
    let (longNumber, shortNumber) = (long[longSlot], short[shortSlot])
    long[longSlot] = number
    short[shortSlot] = number
    if longNumber >= origin {
      let distance = Int(number &- longNumber)
      if distance < SnappyToken.distanceLimit {
        let length = matchLength(text, position, distance, end)
        if length >= 7 { return Match(length: length, distance: distance) }
      }
    }
    if shortNumber >= origin {
      let distance = Int(number &- shortNumber)
      if distance < SnappyToken.distanceLimit {
        return Match(length: matchLength(text, position, distance, end), distance: distance)
      }
    }
    return Match()
  }

  /// How many bytes from `position` on are the same `distance` bytes before. Fewer than eight at the end of the text
  /// are not looked at.
  @inline(__always)
  private static func matchLength(_ text: Span<UInt8>, _ position: Int, _ distance: Int, _ end: Int) -> Int {
    var place = position
    while place <= end {
      let difference = text.word(at: place) ^ text.word(at: place &- distance)
      if difference != 0 { return place &- position &+ difference.trailingZeroBitCount >> 3 }
      place &+= 8
    }
    return place &- position
  }
}
