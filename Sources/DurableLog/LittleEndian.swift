extension [UInt8] {
  /// The little-endian number at `index`.
  func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type = Number.self, at index: Int) -> Number {
    var value: Number = 0
    for byte in 0..<MemoryLayout<Number>.size {
      value |= Number(self[index + byte]) << Number(8 * byte)
    }
    return value
  }

  mutating func put<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number, at index: Int) {
    for byte in 0..<MemoryLayout<Number>.size {
      self[index + byte] = UInt8(truncatingIfNeeded: number >> Number(8 * byte))
    }
  }
}
