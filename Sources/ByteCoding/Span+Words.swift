/// Eight bytes at a time.
extension Span<UInt8> {
  /// The eight bytes from `offset`, least significant first. Traps when the span ends before they do.
  @inlinable @inline(__always)
  public func word(at offset: Int) -> UInt64 {
    // The load checks its bounds itself, and any eight bytes are a UInt64.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The four bytes from `offset`, least significant first. Traps when the span ends before they do.
  @inlinable @inline(__always)
  public func halfWord(at offset: Int) -> UInt32 {
    // The load checks its bounds itself, and any four bytes are a UInt32.
    UInt32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The eight bytes from `offset` without a check, for loops whose condition is one.
  ///
  /// The caller shows that `offset` is not negative and at most `count - 8`.
  @unsafe
  @inlinable @inline(__always)
  public func uncheckedWord(at offset: Int) -> UInt64 {
    // Eight bytes from `offset` lie in the span, as the caller has shown, and any eight bytes are a UInt64.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// The four bytes from `offset` without a check, for loops whose condition is one.
  ///
  /// The caller shows that `offset` is not negative and at most `count - 4`.
  @unsafe
  @inlinable @inline(__always)
  public func uncheckedHalfWord(at offset: Int) -> UInt32 {
    // Four bytes from `offset` lie in the span, as the caller has shown, and any four bytes are a UInt32.
    UInt32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }

  /// Walks the words from `start` on up to the first one in which `marks` marks a byte.
  ///
  /// - Parameters:
  ///   - start: not negative.
  ///   - seen: gets the bytes before the marked one or-ed in, eight side by side.
  ///   - marks: sets the highest bit of each byte that is looked for. What it says of the bytes behind the first of them
  ///     is of no matter.
  /// - Returns: the place of the marked byte; or, if there is none, a place less than eight bytes before the end from
  ///   which on nothing was looked at.
  @inlinable @inline(__always)
  public func walkWords(
    from start: Int, seen: inout UInt64, until marks: (UInt64) -> UInt64
  ) -> (place: Int, isMarked: Bool) {
    precondition(start >= 0)
    var index = start
    while index <= count - 8 {
      // The condition is one of the two that the load asks for, and an index that begins at 0 or above only rises.
      let word = unsafe uncheckedWord(at: index)
      let found = marks(word)
      if found != 0 {
        // What stands below the lowest mark.
        seen |= word & ((found & (0 &- found)) &- 1)
        return (index &+ found.trailingZeroBitCount >> 3, true)
      }
      seen |= word
      index &+= 8
    }
    return (index, false)
  }

  /// How many bytes from `place` on are the same as those from `earlier` on. Up to seven more than `max` may be counted, and
  /// close to the span's end up to seven less than there are.
  ///
  /// - Parameters:
  ///   - earlier: not negative.
  ///   - place: not before `earlier`.
  /// - Complexity: O(bytes), some ten instructions for eight of them.
  @inlinable @inline(__always)
  public func commonCount(_ earlier: Int, _ place: Int, atMost max: Int) -> Int {
    precondition(earlier >= 0 && earlier <= place)
    var same = 0
    while same < max && place &+ same <= count &- 8 {
      // The later word ends within the span by the condition, and so does the earlier one; neither begins before it.
      let difference = unsafe uncheckedWord(at: earlier &+ same) ^ uncheckedWord(at: place &+ same)
      if difference != 0 { return same &+ difference.trailingZeroBitCount >> 3 }
      same &+= 8
    }
    return same
  }

  /// How many bytes from `place` on are the same as those from `earlier` on, without a check of where they begin.
  ///
  /// The caller shows that `earlier` is not negative and at most `place`, and that `place` is at most `count`.
  @unsafe
  @inlinable @inline(__always)
  public func uncheckedCommonCount(_ earlier: Int, _ place: Int) -> Int {
    var same = 0
    while place &+ same <= count &- 8 {
      // The later word ends within the span by the condition, and so does the earlier one.
      let difference = unsafe uncheckedWord(at: earlier &+ same) ^ uncheckedWord(at: place &+ same)
      if difference != 0 { return same &+ difference.trailingZeroBitCount >> 3 }
      same &+= 8
    }
    while place &+ same < count && self[earlier &+ same] == self[place &+ same] { same &+= 1 }
    return same
  }
}
