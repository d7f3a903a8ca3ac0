import Glibc

/// A fixed number of ``LoopThread``s.
public final class LoopThreads: Sendable {
  private let threads: [LoopThread]

  /// - Parameters:
  ///   - count: at least 1; by default half as many as the machine has cores.
  ///   - name: what the threads are called in the system's list, before a number; 15 bytes of both are shown.
  public init(count: Int? = nil, name: String = "loop") {
    let cores = Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    threads = (0..<max(1, count ?? cores / 2)).map { LoopThread(name: "\(name)-\($0 + 1)") }
  }

  /// For what runs on no such thread itself.
  public static let shared = LoopThreads(name: "shared-loop")

  public var count: Int { threads.count }

  /// The thread of whoever has this number: any number has one, and always the same.
  public subscript(number: Int) -> LoopThread { threads[Int(UInt(bitPattern: number) % UInt(threads.count))] }

  /// Lets the threads end, without waiting for it: each does once it serves no connection and keeps no timer.
  public func shutdown() { for thread in threads { thread.shutdown() } }
}
