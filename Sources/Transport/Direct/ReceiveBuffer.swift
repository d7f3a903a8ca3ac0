import NIOCore

/// The memory that all connections of one event loop read into, one after the other.
///
/// What arrives is copied to where it belongs before the next read, so one buffer is enough for any number of
/// connections, and a kept one holds none: a connection of the library's would keep as much as its largest read had.
struct ReceiveBuffer: Sendable {
  /// A page of usual size comes in one read or two.
  static let byteCount = 128 << 10

  private let spare: NIOLoopBoundBox<ByteBuffer?>

  init(on loop: any EventLoop) { spare = .makeEmptyBox(valueType: ByteBuffer.self, eventLoop: loop) }

  /// To be given back; without, the next one is new.
  fileprivate func take(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    guard let buffer = spare.value else { return allocator.buffer(capacity: Self.byteCount) }
    spare.value = nil
    return buffer
  }

  /// - Parameter buffer: what was read into, its bytes no longer needed.
  func giveBack(_ buffer: consuming ByteBuffer) {
    guard buffer.storageCapacity >= Self.byteCount else { return }
    buffer.clear()
    spare.value = buffer
  }
}

/// Lets one channel read into the buffer of its loop. For channels that read once for each event.
struct SharedReceiving: RecvByteBufferAllocator {
  /// The channel keeps the first buffer that it gets for as long as it lives.
  private static let firstByteCount = 256

  private let buffer: ReceiveBuffer
  private var hasRead = false

  init(_ buffer: ReceiveBuffer) { self.buffer = buffer }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    hasRead ? buffer.take(allocator) : allocator.buffer(capacity: Self.firstByteCount)
  }

  /// That it may grow makes the channel ask for a buffer at each read instead of using the one it keeps.
  mutating func record(actualReadBytes: Int) -> Bool {
    hasRead = true
    return true
  }
}
