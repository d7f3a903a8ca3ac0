/// Runs of bytes side by side, eight at a time.
extension Span<UInt8> {
  /// Whether both are the same bytes.
  @inlinable
  public func isSame(as other: Span<UInt8>) -> Bool {
    let count = count
    guard other.count == count else { return false }
    guard count >= 8 else {
      if count >= 4 {
        return halfWord(at: 0) == other.halfWord(at: 0) && halfWord(at: count - 4) == other.halfWord(at: count - 4)
      }
      for index in 0..<count where self[index] != other[index] { return false }
      return true
    }
    var index = 0
    while index < count - 8 {
      if word(at: index) != other.word(at: index) { return false }
      index += 8
    }
    // The last eight bytes overlap the step before.
    return word(at: count - 8) == other.word(at: count - 8)
  }

  /// Three-way comparison in byte order: negative, zero or positive, as in C.
  @inlinable
  public func compared(to other: Span<UInt8>) -> Int {
    let common = Swift.min(count, other.count)
    var index = 0
    while index <= common - 8 {
      let (left, right) = (word(at: index), other.word(at: index))
      // The first byte is the lowest, and in byte order it counts most.
      if left != right { return left.byteSwapped < right.byteSwapped ? -1 : 1 }
      index += 8
    }
    while index < common {
      let difference = Int(self[index]) - Int(other[index])
      if difference != 0 { return difference }
      index += 1
    }
    return count - other.count
  }
}
