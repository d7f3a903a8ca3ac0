/// Bytes of a message under construction; its memory is reused from message to message.
///
/// This file is the only place of the target that writes through pointers. ``WireWriter`` compares its position with
/// its limit before it stores, so a wrong estimate of the room ends in a trap and never in foreign memory.
struct WireBuffer: Sendable {
  /// The first `count` bytes are the message; what follows is room.
  private var storage: [UInt8] = []
  private(set) var count = 0

  mutating func removeAll() { count = 0 }

  /// The message so far.
  var bytes: ArraySlice<UInt8> { storage[..<count] }

  /// Appends what `body` writes, at most `room` bytes.
  @inline(__always)
  mutating func write<Result>(room: Int, _ body: (inout WireWriter) -> Result) -> Result {
    let needed = count + room + WireWriter.slack
    if storage.count < needed { grow(to: needed) }
    var position = count
    // The writer does not leave the call, and the array is not touched otherwise while it lives.
    let result = unsafe storage.withUnsafeMutableBytes { memory in
      var writer = unsafe WireWriter(memory, position: position)
      let result = body(&writer)
      position = writer.position
      return result
    }
    count = position
    return result
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    storage.append(contentsOf: repeatElement(0, count: max(needed * 2 - storage.count, 4096)))
  }
}

/// Writes protobuf into the room that ``WireBuffer/write(room:_:)`` made.
@safe struct WireWriter {
  /// Every store may overshoot by less than this, so that short texts and numbers are stored in whole words.
  static let slack = 16

  private let memory: UnsafeMutableRawPointer
  private let limit: Int
  /// Where the next byte goes, counted from the start of the buffer. Never negative, for nothing moves it back below
  /// what it was once, and never above the limit.
  private(set) var position: Int

  init(_ memory: UnsafeMutableRawBufferPointer, position: Int) {
    // Never empty: `write` makes room for the slack at least.
    unsafe self.memory = memory.baseAddress!
    limit = memory.count - Self.slack
    precondition(position >= 0 && position <= limit)
    self.position = position
  }

  /// - Parameter count: not negative.
  @inline(__always)
  private func require(_ count: Int) {
    precondition(count <= limit &- position, "a message outgrew the room estimated for it")
  }

  /// Whether `count` more bytes may be written.
  @inline(__always)
  func hasRoom(for count: Int) -> Bool { count <= limit &- position }

  /// Takes back all that was written from `position` on.
  mutating func rewind(to position: Int) {
    precondition(position >= 0 && position <= self.position)
    self.position = position
  }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    require(1)
    // In range by `require`.
    unsafe memory.storeBytes(of: value, toByteOffset: position, as: UInt8.self)
    position &+= 1
  }

  /// Stores the lowest `count` bytes of `word`, lowest first; at most eight.
  @inline(__always)
  mutating func lowBytes(of word: UInt64, count: Int) {
    let count = count & 15
    require(count)
    // Eight bytes are stored, and the position moves by fifteen at most: the slack holds the rest.
    unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: position, as: UInt64.self)
    position &+= count
  }

  /// Stores the first `count` bytes of two words, the lowest of `low` first; at most sixteen.
  @inline(__always)
  mutating func lowBytes(of low: UInt64, _ high: UInt64, count: Int) {
    let count = count & 31
    require(count)
    // Sixteen bytes are stored from below the limit on: the slack holds what is too much.
    unsafe memory.storeBytes(of: low.littleEndian, toByteOffset: position, as: UInt64.self)
    unsafe memory.storeBytes(of: high.littleEndian, toByteOffset: position &+ 8, as: UInt64.self)
    position &+= count
  }

  /// Stores the lowest three bytes of `head`, eight of `value`, and the lowest `count` bytes of `tail`, at most eight.
  @inline(__always)
  mutating func number(head: UInt64, _ value: UInt64, tail: UInt64, count: Int) {
    let count = count & 15
    require(11 &+ count)
    // The last store ends within the slack; each covers what the one before wrote too much.
    unsafe memory.storeBytes(of: head.littleEndian, toByteOffset: position, as: UInt64.self)
    unsafe memory.storeBytes(of: value.littleEndian, toByteOffset: position &+ 3, as: UInt64.self)
    unsafe memory.storeBytes(of: tail.littleEndian, toByteOffset: position &+ 11, as: UInt64.self)
    position &+= 11 &+ count
  }

  @inline(__always)
  mutating func double(_ value: Double) { lowBytes(of: value.bitPattern, count: 8) }

  @inline(__always)
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    byte(UInt8(truncatingIfNeeded: rest))
  }

  /// Copies `count` bytes of `text` from `start` on.
  @inline(__always)
  mutating func copy(_ text: Span<UInt8>, start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start <= text.count &- count, "a text lies outside of its arena")
    require(count)
    // UInt8 has no padding whose bytes could be uninitialised.
    let source = unsafe text.bytes
    if count <= 16 && start <= text.count &- 16 {
      // Sixteen bytes are read, all of them in the arena, and stored for `count`: the slack holds the rest.
      let low = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
      let high = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ 8, as: UInt64.self)
      unsafe memory.storeBytes(of: low, toByteOffset: position, as: UInt64.self)
      unsafe memory.storeBytes(of: high, toByteOffset: position &+ 8, as: UInt64.self)
    } else if count > 0 {
      // In range by both checks above; arena and buffer are different arrays.
      unsafe source.withUnsafeBytes {
        unsafe memory.advanced(by: position).copyMemory(from: $0.baseAddress!.advanced(by: start), byteCount: count)
      }
    }
    position &+= count
  }

  /// The longest text that ``shortCopy(_:start:count:head:tail:count:)`` takes.
  static let shortCount = 16

  /// Writes a byte and `count` bytes of `text` from `start` on, or neither if that is 0, and the lowest `tailCount`
  /// bytes of `tail`.
  ///
  /// - Parameters:
  ///   - start: at least sixteen before the end of the text.
  ///   - count: at most ``shortCount``.
  ///   - tailCount: at most seven.
  @inline(__always)
  mutating func shortCopy(
    _ text: Span<UInt8>, start: Int, count: Int, head: UInt64, tail: UInt64, count tailCount: Int
  ) {
    let (count, tailCount) = (count & 31, tailCount & 7)
    precondition(start >= 0 && start <= text.count &- 16 && count <= Self.shortCount)
    require(1 &+ count &+ tailCount)
    // UInt8 has no padding, and sixteen bytes are of the text by the check above.
    let source = unsafe text.bytes
    let low = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
    let high = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ 8, as: UInt64.self)
    // Each store covers what the one before wrote too much; the last ends less than eight bytes behind what was asked
    // for, and the slack holds that.
    unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: head), toByteOffset: position, as: UInt8.self)
    position &+= count == 0 ? 0 : 1
    unsafe memory.storeBytes(of: low, toByteOffset: position, as: UInt64.self)
    unsafe memory.storeBytes(of: high, toByteOffset: position &+ 8, as: UInt64.self)
    position &+= count
    unsafe memory.storeBytes(of: tail.littleEndian, toByteOffset: position, as: UInt64.self)
    position &+= tailCount
  }

  /// Writes again what stands in the message already, `count` bytes from `start` on.
  @inline(__always)
  mutating func again(from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start <= position &- count, "what is to be repeated is not there")
    require(count)
    var done = 0
    repeat {
      // Sixteen bytes are read at or before the position, where the slack is room too, and stored at or before the end:
      // what is read too much is not of the message, and what is stored too much lies in the slack.
      let low = unsafe memory.loadUnaligned(fromByteOffset: start &+ done, as: UInt64.self)
      let high = unsafe memory.loadUnaligned(fromByteOffset: start &+ done &+ 8, as: UInt64.self)
      unsafe memory.storeBytes(of: low, toByteOffset: position &+ done, as: UInt64.self)
      unsafe memory.storeBytes(of: high, toByteOffset: position &+ done &+ 8, as: UInt64.self)
      done &+= 16
    } while done < count
    position &+= count
  }

  /// Writes what `written` has for the labels from the one at `first` on, as long as it has the same labels in the same
  /// places.
  ///
  /// - Returns: the place of the first label that it does not have, or how many labels there are.
  @inline(__always)
  mutating func repeatLabels(
    _ names: Span<UInt32>, _ values: Span<UInt32>, _ written: Span<WrittenLabel>, from first: Int
  ) -> Int {
    let end = min(names.count, values.count, written.count)
    return repeatLabels(from: first, to: end) { index in
      // `index` is below `end`, and so below the count of each.
      let known = unsafe written[unchecked: index]
      let label = unsafe WrittenLabel.label(names[unchecked: index], values[unchecked: index])
      return known.label == label ? known.word : nil
    }
  }

  /// The same where `written` is known to have the names of these labels in their places, or nothing.
  @inline(__always)
  mutating func repeatLabels(_ values: Span<UInt32>, _ written: Span<WrittenLabel>, from first: Int) -> Int {
    let end = min(values.count, written.count)
    return repeatLabels(from: first, to: end) { index in
      // As above.
      let known = unsafe written[unchecked: index]
      return unsafe known.value == values[unchecked: index] ? known.word : nil
    }
  }

  @inline(__always)
  private mutating func repeatLabels(from first: Int, to end: Int, _ wordAt: (Int) -> UInt64?) -> Int {
    guard first >= 0 && first < end else { return first }
    require((end &- first) &* 8)
    var index = first
    var position = self.position
    while index < end, let word = wordAt(index) {
      // Seven bytes at most are gone forward for each of the eight that were asked for above.
      unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: position, as: UInt64.self)
      position &+= Int(truncatingIfNeeded: word >> 56) & 7
      index &+= 1
    }
    self.position = position
    return index
  }

  /// Ends the message that ``openField(_:width:)`` began, moving it if its length needs another width.
  ///
  /// - Returns: the width that was needed: the best guess for the next message of the kind.
  @inline(__always)
  @discardableResult
  mutating func closeField(at start: Int, width: Int) -> Int {
    let length = position &- start
    if width == 1 && length < 0x80 && start > 0 && length >= 0 {
      // The byte before `start`, which is not after the position.
      unsafe memory.storeBytes(of: UInt8(length), toByteOffset: start &- 1, as: UInt8.self)
      return 1
    }
    if width == 2 && length >= 0x80 && length < 0x4000 && start > 1 {
      let word = UInt16(length & 0x7f | 0x80 | (length >> 7) << 8)
      // The two bytes before `start`, which is not after the position.
      unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: start &- 2, as: UInt16.self)
      return 2
    }
    return closeMoved(at: start, width: width)
  }

  @inline(never)
  private mutating func closeMoved(at start: Int, width: Int) -> Int {
    let length = position - start
    let needed = Varint.width(UInt64(length))
    if needed != width { shiftTail(length: length, by: needed - width) }
    let end = position
    rewind(to: start - width)
    varint(UInt64(length))
    position = end
    return needed
  }

  /// Moves the last `length` bytes by `distance`, to make or take away room before them.
  private mutating func shiftTail(length: Int, by distance: Int) {
    require(max(distance, 0))
    precondition(length >= 0 && length <= position && position - length + distance >= 0)
    let source = position - length
    // Both ranges lie below the limit by the checks above; copyMemory allows them to overlap.
    unsafe memory.advanced(by: source + distance).copyMemory(from: memory.advanced(by: source), byteCount: length)
    position += distance
  }
}
