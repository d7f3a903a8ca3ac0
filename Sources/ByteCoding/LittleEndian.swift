/// Numbers at a place in an array of bytes, least significant byte first whatever the processor.
public enum LittleEndian {
  public static func uint32(_ bytes: [UInt8], at position: Int) -> UInt32 {
    precondition(position >= 0 && position <= bytes.count - 4)
    // Four bytes from `position` lie inside the array, as just checked.
    return UInt32(
      littleEndian: unsafe bytes.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      })
  }

  public static func uint64(_ bytes: [UInt8], at position: Int) -> UInt64 {
    precondition(position >= 0 && position <= bytes.count - 8)
    // Eight bytes from `position` lie inside the array, as just checked.
    return UInt64(
      littleEndian: unsafe bytes.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      })
  }

  public static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    // The bytes of a local copy, alive for the length of the closure.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    // As above.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends a whole column, eight bytes each.
  public static func append(_ column: [Double], to bytes: inout [UInt8]) {
    #if _endian(little)
    // The bytes of the column's own elements, alive for the length of the closure, and in the order that is wanted.
    unsafe column.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    #else
    bytes.reserveCapacity(bytes.count + column.count * 8)
    for value in column { append(value.bitPattern, to: &bytes) }
    #endif
  }
}

extension LittleEndian {
  /// Writes over the four bytes at `position`, for a length that is known only after what it measures.
  public static func replace(_ value: UInt32, at position: Int, in bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8)) }
  }

  /// Reads `count` doubles from `position` and appends them to `column`.
  public static func copyDoubles(_ bytes: [UInt8], at position: Int, count: Int, into column: inout [Double]) {
    precondition(position >= 0 && count >= 0 && position <= bytes.count - count * 8)
    column.append(addingCapacity: count) { output in
      #if _endian(little)
      // `count` times eight bytes from `position` lie inside the array, as just checked, and all of them are doubles,
      // whatever they are. The room is `count` doubles that nothing is in yet; a copy beyond it would trap.
      unsafe bytes.withUnsafeBytes { buffer in
        unsafe output.withUnsafeMutableBufferPointer { room, written in
          unsafe UnsafeMutableRawBufferPointer(room).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: buffer[position..<position + count * 8]))
          written = count
        }
      }
      #else
      for index in 0..<count { output.append(Double(bitPattern: uint64(bytes, at: position + index * 8))) }
      #endif
    }
  }
}
