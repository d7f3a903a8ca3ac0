/// Numbers of any width at a place in an array, least significant byte first. For headers, which are few; columns go
/// through ``LittleEndian``.
extension [UInt8] {
  /// The number at `index`. Traps when the array ends before it does.
  @inlinable
  public func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type = Number.self, at index: Int
  ) -> Number {
    var value: Number = 0
    for byte in 0..<MemoryLayout<Number>.size {
      value |= Number(self[index + byte]) << Number(8 * byte)
    }
    return value
  }

  /// Writes over what is at `index`. Traps when the array ends before the number does.
  @inlinable
  public mutating func put<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number, at index: Int) {
    for byte in 0..<MemoryLayout<Number>.size {
      self[index + byte] = UInt8(truncatingIfNeeded: number >> Number(8 * byte))
    }
  }
}
