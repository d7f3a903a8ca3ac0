import Glibc

/// The memory that all connections of one loop read into, one after the other.
///
/// What arrives is copied to where it belongs before the next read, so one buffer is enough for any number of
/// connections, and a kept one holds none.
final class ReceiveBuffer {
  /// A page of usual size comes in one read or two.
  static let byteCount = 128 << 10

  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)

  deinit { memory.deallocate() }

  enum Outcome: Equatable {
    /// - Parameters:
    ///   - isFull: more may be there already.
    ///   - wantsMore: whoever got the bytes would take more at once.
    case received(isFull: Bool, wantsMore: Bool)
    /// Nothing is there now.
    case nothing
    /// The other side will send no more.
    case end
    case failure(CInt)
  }

  /// Reads what there is and hands it on. `take` must not read into the same buffer.
  func receive(from descriptor: CInt, _ take: (Span<UInt8>) -> Bool) -> Outcome {
    var count: Int
    repeat {
      // In bounds: the count is that of the memory.
      count = recv(descriptor, memory.baseAddress, memory.count, 0)
    } while count < 0 && errno == EINTR
    if count == 0 { return .end }
    guard count > 0 else { return errno == EAGAIN ? .nothing : .failure(errno) }
    // The system has written `count` bytes, no more than there is room for; any byte is a number, and nobody writes
    // there before `take` returns, beyond which the span cannot live.
    let bytes = UnsafeRawBufferPointer(rebasing: memory[..<count]).assumingMemoryBound(to: UInt8.self)
    return .received(isFull: count == memory.count, wantsMore: take(Span(_unsafeElements: bytes)))
  }
}
