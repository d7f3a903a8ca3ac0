import NIOCore
import Synchronization

/// The memory that all connections of one event loop read into, one after the other, as long as they bring pushes.
///
/// What arrives is copied to where it belongs before the next read, so one buffer is enough for any number of
/// connections, a body comes in one read, and a connection holds none of it.
struct ArrivalBuffer: Sendable {
  /// A body of usual size and its head come in one read.
  static let byteCount = 128 << 10

  private let spare: NIOLoopBoundBox<ByteBuffer?>

  init(on loop: any EventLoop) { spare = .makeEmptyBox(valueType: ByteBuffer.self, eventLoop: loop) }

  /// To be given back; without, the next one is new.
  fileprivate func take(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    guard var buffer = spare.value else { return allocator.buffer(capacity: Self.byteCount) }
    spare.value = nil
    // Nobody else has it by now, so that nothing is allocated.
    buffer.clear()
    return buffer
  }

  /// - Parameter buffer: what was read into, its bytes no longer needed.
  func giveBack(_ buffer: ByteBuffer) {
    if buffer.storageCapacity >= Self.byteCount { spare.value = buffer }
  }
}

/// The buffers of all loops on which connections are served.
final class ArrivalBuffers: Sendable {
  private let buffers = Mutex<[ObjectIdentifier: ArrivalBuffer]>([:])

  func buffer(on loop: any EventLoop) -> ArrivalBuffer {
    buffers.withLock { buffers in
      if let known = buffers[ObjectIdentifier(loop)] { return known }
      let buffer = ArrivalBuffer(on: loop)
      buffers[ObjectIdentifier(loop)] = buffer
      return buffer
    }
  }
}

/// Lets one channel read into the buffer of its loop. For channels that read once for each event.
struct SharedArrivals: RecvByteBufferAllocator {
  /// The channel keeps the first buffer that it gets for as long as it lives.
  private static let firstByteCount = 512

  private let buffer: ArrivalBuffer
  private var hasRead = false

  init(_ buffer: ArrivalBuffer) { self.buffer = buffer }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    hasRead ? buffer.take(allocator) : allocator.buffer(capacity: Self.firstByteCount)
  }

  /// That it may grow makes the channel ask for a buffer at each read instead of using the one it keeps.
  mutating func record(actualReadBytes: Int) -> Bool {
    hasRead = true
    return true
  }

  /// Lets a channel read so from now on.
  static func begin(on channel: any Channel, with buffer: ArrivalBuffer) throws {
    try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    try channel.syncOptions?.setOption(.recvAllocator, value: SharedArrivals(buffer))
  }

  /// Lets a channel read as others do.
  static func end(on channel: any Channel) {
    // A channel that has just been closed has no options any more, and reads nothing.
    try? channel.syncOptions?.setOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
    try? channel.syncOptions?.setOption(.maxMessagesPerRead, value: 4)
  }
}
