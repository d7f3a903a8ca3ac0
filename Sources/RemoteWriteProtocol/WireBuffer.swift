import CSnappy

/// Bytes of a message under construction; its memory is reused from message to message.
///
/// This file is the only place of the target that writes through pointers. ``WireWriter`` compares its position with
/// its limit before every store, so a wrong estimate of the room ends in a trap and never in foreign memory.
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
  /// Where the next byte goes, counted from the start of the buffer.
  var position: Int

  init(_ memory: UnsafeMutableRawBufferPointer, position: Int) {
    // Never empty: `write` makes room for the slack at least.
    unsafe self.memory = memory.baseAddress!
    limit = memory.count - Self.slack
    self.position = position
  }

  @inline(__always)
  private func require(_ count: Int) {
    precondition(position >= 0 && position + count <= limit, "a message outgrew the room estimated for it")
  }

  /// Whether `count` more bytes may be written.
  @inline(__always)
  func hasRoom(for count: Int) -> Bool { position + count <= limit }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    require(1)
    // In range by `require`.
    unsafe memory.storeBytes(of: value, toByteOffset: position, as: UInt8.self)
    position += 1
  }

  /// Stores the lowest `count` bytes of `word`, lowest first.
  @inline(__always)
  mutating func lowBytes(of word: UInt64, count: Int) {
    require(count)
    // Eight bytes are stored for `count`: the slack holds the rest.
    unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: position, as: UInt64.self)
    position += count
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
    require(count)
    precondition(start >= 0 && count >= 0 && start + count <= text.count, "a text lies outside of its arena")
    // UInt8 has no padding whose bytes could be uninitialised.
    let source = unsafe text.bytes
    if count <= 16 && start + 16 <= text.count {
      // Sixteen bytes are read, all of them in the arena, and stored for `count`: the slack holds the rest.
      let low = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
      let high = unsafe source.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 8, as: UInt64.self)
      unsafe memory.storeBytes(of: low, toByteOffset: position, as: UInt64.self)
      unsafe memory.storeBytes(of: high, toByteOffset: position + 8, as: UInt64.self)
    } else if count > 0 {
      // In range by both checks above; arena and buffer are different arrays.
      unsafe source.withUnsafeBytes {
        unsafe memory.advanced(by: position).copyMemory(from: $0.baseAddress!.advanced(by: start), byteCount: count)
      }
    }
    position += count
  }

  /// Writes `text` as a snappy block of its own.
  ///
  /// - Parameter room: what the library may need for it, by its own estimate.
  mutating func block(of text: ArraySlice<UInt8>, room: Int) {
    require(room)
    var count = room
    // The library writes at most `room` bytes, which lie below the limit by the check, and reads those of the slice.
    let status = unsafe text.withUnsafeBytes { source in
      unsafe snappy_compress(source.baseAddress, source.count, memory.advanced(by: position), &count)
    }
    precondition(status == SNAPPY_OK && count <= room, "snappy had too little room, by its own estimate")
    position += count
  }

  /// Moves the last `length` bytes by `distance`, to make or take away room before them.
  mutating func shiftTail(length: Int, by distance: Int) {
    require(max(distance, 0))
    precondition(length >= 0 && length <= position && position - length + distance >= 0)
    let source = position - length
    // Both ranges lie below the limit by the checks above; copyMemory allows them to overlap.
    unsafe memory.advanced(by: source + distance).copyMemory(from: memory.advanced(by: source), byteCount: length)
    position += distance
  }
}

extension Span<UInt8> {
  /// The eight bytes from `position` on, the first one lowest.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    precondition(
      count >= 8 && UInt(bitPattern: position) <= UInt(bitPattern: count &- 8), "a word lies outside of its text")
    // In range by the check; UInt8 has no padding whose bytes could be uninitialised.
    return unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
  }
}
