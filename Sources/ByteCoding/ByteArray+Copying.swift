extension [UInt8] {
  /// Appends bytes that somebody else keeps, without counting who owns them.
  ///
  /// - Complexity: O(bytes), one copy of memory.
  @inlinable
  public mutating func append(copying bytes: Span<UInt8>) {
    append(addingCapacity: bytes.count) { output in
      // The room is as many bytes as `bytes` has, nothing is in it yet, and no array's own span lives while it changes;
      // a copy beyond the room would trap.
      unsafe output.withUnsafeMutableBufferPointer { room, written in
        unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
        written = bytes.count
      }
    }
  }

  /// Writes `bytes` over what is at `start`. Traps when the array ends before they do.
  @inlinable
  public mutating func replace(at start: Int, copying bytes: Span<UInt8>) {
    precondition(start >= 0 && start <= count - bytes.count)
    // As many bytes from `start` lie inside the array, as just checked, and no array's own span lives while it changes.
    unsafe withUnsafeMutableBytes { room in
      let place = unsafe UnsafeMutableRawBufferPointer(rebasing: room[start...])
      unsafe bytes.withUnsafeBytes { unsafe place.copyMemory(from: $0) }
    }
  }
}
