extension OutputSpan<UInt8> {
  /// Appends all bytes of `text`, for which there must be room.
  @inlinable
  public mutating func append(_ text: Span<UInt8>) {
    let count = text.count
    precondition(count <= freeCapacity, "a text is longer than the room that was made for it")
    // The room begins with `written` bytes that stand there, and as many as were just found to fit follow. It is nobody
    // else's while it is written to, so the two do not overlap.
    unsafe withUnsafeMutableBufferPointer { room, written in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[written...])
      unsafe text.withUnsafeBytes { unsafe rest.copyMemory(from: $0) }
      written += count
    }
  }
}
