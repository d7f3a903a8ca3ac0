/// Something that is used on one loop's thread alone, however it is passed around.
public struct LoopBound<Value>: @unchecked Sendable {
  // Unchecked: the value is given out on its thread alone, and whoever lets go of the last reference elsewhere ends
  // something that nobody uses.
  private let bound: Value
  private let thread: LoopThread

  /// - Parameter value: from here on for the thread's use.
  public init(_ value: Value, to thread: LoopThread) {
    bound = value
    self.thread = thread
  }

  /// Only on the thread.
  public var value: Value {
    precondition(thread.isCurrent, "it is used on the thread of its loop")
    return bound
  }
}
