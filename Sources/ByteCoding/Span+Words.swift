/// Eight bytes at a time.
extension Span<UInt8> {
  /// The eight bytes from `offset`, least significant first. Traps when the span ends before they do.
  @inlinable @inline(__always)
  public func word(at offset: Int) -> UInt64 {
    // The load checks its bounds itself, and any eight bytes are a UInt64.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The same without a check, for loops whose condition is one.
  ///
  /// The caller shows that `offset` is not negative and at most `count - 8`.
  @unsafe
  @inlinable @inline(__always)
  public func uncheckedWord(at offset: Int) -> UInt64 {
    // Eight bytes from `offset` lie in the span, as the caller has shown, and any eight bytes are a UInt64.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }
}
