import Glibc
import NIOCore
import NIOPosix

/// A fixed number of ``LoopThread``s.
public final class LoopThreads: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let threads: [LoopThread]

  /// - Parameter count: at least 1; by default half as many as the machine has cores.
  public init(count: Int? = nil) {
    let cores = Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, count ?? cores / 2))
    threads = group.makeIterator().map { LoopThread($0) }
  }

  public var count: Int { threads.count }

  /// The thread of whoever has this number: any number has one, and always the same.
  public subscript(number: Int) -> LoopThread { threads[Int(UInt(bitPattern: number) % UInt(threads.count))] }

  /// Ends the threads, without waiting for it. No task may need them any more.
  public func shutdown() { group.shutdownGracefully { _ in } }
}
