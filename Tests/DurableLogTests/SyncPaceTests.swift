import SimulatedDisk
import Synchronization
import Testing

@testable import DurableLog

@Suite("When a log is synced")
struct SyncPaceTests {
  private func log(_ policy: SyncPolicy) throws -> DurableLog {
    var settings = LogSettings()
    settings.syncPolicy = policy
    return try openLog(SimulatedDisk(), settings)
  }

  @Test("What was appended waits no longer than the interval, and without it nothing is asked of the disk")
  func interval() throws {
    let interval = Duration.seconds(60)
    let log = try log(.interval(interval))
    let start = ContinuousClock.now
    #expect(log.untilSync(at: start + .seconds(3600)) == .seconds(3600))
    try log.append(.numbered(1))
    let wait = try #require(log.untilSync(at: start))
    #expect(wait <= interval)
    #expect(log.untilSync(at: start + wait) == nil)
    try log.sync()
    #expect(log.untilSync(at: .now + .seconds(3600)) == .seconds(3600))
    try log.append(.numbered(2))
    #expect(log.untilSync(at: .now) != nil)
    #expect(log.untilSync(at: .now + interval) == nil)
  }

  @Test("Whoever watches over the disk is told of appends and syncs when they begin, until nobody wants to know")
  func watching() throws {
    let log = try log(.interval(.seconds(60)))
    let waiting = Mutex<[Bool]>([])
    log.watchDisk { waiting.withLock { $0.append(log.stalledSinceMs != nil) } }
    try log.append(.numbered(1))
    try log.sync()
    #expect(waiting.withLock { $0 } == [true, true] && log.stalledSinceMs == nil)
    log.watchDisk(nil)
    try log.append(.numbered(2))
    #expect(waiting.withLock { $0.count } == 2)
  }

  @Test("A sync that failed is not tried again before there is something new to confirm")
  func failure() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    try log.append(.numbered(1))
    disk.change { $0.failsSync = true }
    #expect(throws: LogError.self) { try log.sync() }
    #expect(log.untilSync(at: .now + .seconds(3600)) != nil)
    disk.change { $0.failsSync = false }
    try log.append(.numbered(2))
    #expect(log.untilSync(at: .now + .seconds(3600)) == nil)
  }

  @Test("Under other policies it is never time", arguments: [.everyAppend, .never] as [SyncPolicy])
  func others(policy: SyncPolicy) throws {
    let log = try log(policy)
    try log.append(.numbered(1))
    #expect(log.untilSync(at: .now + .seconds(60)) != nil)
  }
}
