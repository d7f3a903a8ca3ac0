import DurableLog
import GodwitTesting
import SimulatedDisk
import Synchronization
import Testing

@Suite("A power cut costs what the policy says")
struct PowerCutTests {
  /// Cuts for each policy: the same in every run, and some that are new, which a failure names.
  private static let seeds = Array(0..<120 as Range<UInt64>) + (0..<30).map { _ in .random(in: .min ... .max) }

  @Test("Nothing that was confirmed is lost, and nothing that comes back is altered", arguments: SyncPolicy.each)
  func loss(policy: SyncPolicy) async throws {
    var largest = (samples: 0, seed: 0 as UInt64)
    for seed in Self.seeds {
      // So that the other tests go on: there are few threads for all of them, and this takes long.
      await Task.yield()
      do {
        let outcome = try PowerCut.outcome(policy, seed: seed)
        #expect(outcome.lostSamples <= outcome.unsyncedSamples, "seed \(seed)")
        switch policy {
        case .everyAppend: #expect(outcome.lostSamples == 0, "seed \(seed)")
        case .interval: #expect(outcome.lostSamples <= PowerCut.samplesPerSecond, "seed \(seed)")
        case .never: break
        }
        if outcome.lostSamples > largest.samples { largest = (outcome.lostSamples, seed) }
      } catch { Issue.record(error, "seed \(seed)") }
    }
    print("Power cuts, \(policy.name): the largest loss was \(largest.samples) samples, seed \(largest.seed)")
    // A simulation in which nothing is ever lost would prove nothing.
    if policy != .everyAppend { #expect(largest.samples > 0) }
  }

  @Test("Appends on several threads that returned before the cut are all there", arguments: SeededRandom.seeds)
  func groups(seed: UInt64) async throws {
    let threads = DiskThreads(count: 4)
    defer { threads.shutdown() }
    var random = SeededRandom(seed: seed)
    var settings = LogSettings()
    settings.syncPolicy = .everyAppend
    settings.segmentBytesMax = 3_000
    for _ in 0..<10 {
      let disk = SimulatedDisk()
      let log = try openLog(disk, settings)
      disk.change { $0.bytesUntilDeath = .random(in: 0...20_000, using: &random) }
      let lanes = (0..<4 as Range<UInt32>).map { lane in
        Task(executorPreference: threads) {
          var count = 0
          while (try? log.append(.numbered(count, lane: lane, bytes: 300))) != nil { count += 1 }
          return count
        }
      }
      var returned: [Int] = []
      for lane in lanes { returned.append(await lane.value) }
      let reopened = try openLog(disk.afterPowerCut(using: &random))
      for lane in 0..<4 {
        let found = try reopened.readAll { $0 == UInt32(lane) }.entries
        let expected = (0..<returned[lane]).map { Entry.numbered($0, lane: UInt32(lane), bytes: 300) }
        #expect(Array(found.prefix(expected.count)) == expected, "seed \(seed), lane \(lane)")
      }
    }
  }

  @Test("What a process that died had not synced is confirmed by the first sync of the next", arguments: [1, 10_000])
  func deathBeforeCut(segmentBytesMax: UInt64) throws {
    var settings = LogSettings()
    settings.segmentBytesMax = segmentBytesMax
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    for number in 0..<10 { try log.append(.numbered(number)) }
    let found = disk.rebooted()
    let reopened = try openLog(found, settings)
    #expect(reopened.synced < log.end)
    try reopened.sync()
    #expect(reopened.synced == log.end)
    var random = SeededRandom(seed: 5)
    #expect(try openLog(found.afterPowerCut(using: &random)).readAll().entries == (0..<10).map { .numbered($0) })
  }

  @Test("A regular sync asks the disk only under an interval, and once at the end always", arguments: SyncPolicy.each)
  func regularSync(policy: SyncPolicy) async throws {
    let isInterval = if case .interval = policy { true } else { false }
    var settings = LogSettings()
    settings.syncPolicy = isInterval ? .interval(.milliseconds(1)) : policy
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    try log.append(.numbered(1))
    let before = disk.state.withLock { $0.syncs }
    #expect(before == (policy == .everyAppend ? 1 : 0))
    // A thread of its own: the others have tests to run that take long.
    let threads = DiskThreads(count: 1)
    defer { threads.shutdown() }
    let syncing = Task(executorPreference: threads) { await log.syncRegularly { Issue.record($0) } }
    if isInterval { try await waitUntil("it syncs") { log.synced == log.end } }
    syncing.cancel()
    await syncing.value
    #expect(log.synced == log.end)
    if !isInterval { #expect(disk.state.withLock { $0.syncs } == before + 1) }
  }
}
