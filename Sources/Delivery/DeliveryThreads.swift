/// Where the parts of a delivery run.
public struct DeliveryThreads: Sendable {
  /// Of a shard, by its index; nil for the threads that all tasks share. A shard reads from the disk, encodes, and
  /// waits for its endpoint.
  public var shard: @Sendable (Int) -> (any TaskExecutor)?
  /// Of what may wait for the disk for long; nil for the threads that all tasks share.
  public var disk: (any TaskExecutor)?
  /// What wakes a shard at a time, by its index; set on any thread.
  public var alarm: @Sendable (Int) -> Alarm

  public init(
    shard: @escaping @Sendable (Int) -> (any TaskExecutor)? = { _ in nil }, disk: (any TaskExecutor)? = nil,
    alarm: @escaping @Sendable (Int) -> Alarm = { _ in .task }
  ) {
    self.shard = shard
    self.disk = disk
    self.alarm = alarm
  }
}
