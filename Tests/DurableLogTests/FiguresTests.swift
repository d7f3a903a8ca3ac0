import DurableLog
import Foundation
import Testing

/// Figures of this machine and its disk, as Markdown. They assert nothing that depends on the machine.
@Suite("Figures", .serialized, .enabled(if: ProcessInfo.processInfo.environment["GODWIT_FIGURES"] != nil))
struct FiguresTests {
  private static let recordBytes = 10_000
  private static let recordSamples = 500
  private static let duration: Duration = .seconds(2)
  private static let cuts = 0..<200 as Range<UInt64>

  /// What appends took under a policy, all writers together.
  private struct Appends {
    var perSecond: Double
    var p50: Duration
    var p99: Duration
  }

  @Test("What each sync policy costs, and what a power cut costs under it")
  func policies() async throws {
    var table = """
      | sync | writers | appends/s | MB/s | samples/s | p50 | p99 | samples lost by a power cut, at worst |
      |---|---|---|---|---|---|---|---|

      """
    for policy in SyncPolicy.each {
      let lost = try Self.cuts.map { try PowerCut.outcome(policy, seed: $0).lostSamples }.max() ?? 0
      for writers in [1, 8] {
        let appends = try await Self.measure(policy, writers: writers)
        let megabytes = appends.perSecond * Double(Self.recordBytes) / 1e6
        let samples = appends.perSecond * Double(Self.recordSamples)
        let rates = [appends.perSecond, megabytes, samples].map { String(format: "%.0f", $0) }
        let times = [appends.p50, appends.p99].map { String(format: "%.3f ms", $0 / .milliseconds(1)) }
        let cells = [policy.name, "\(writers)"] + rates + times + ["\(lost)"]
        table += "| \(cells.joined(separator: " | ")) |\n"
      }
    }
    print(
      """

      Records of \(Self.recordBytes) bytes with \(Self.recordSamples) samples, \(Self.duration) each; \
      \(Self.cuts.count) simulated power cuts at \(PowerCut.samplesPerSecond) samples/s.

      \(table)
      """)
  }

  private static func measure(_ policy: SyncPolicy, writers: Int) async throws -> Appends {
    try await withTemporaryDirectory { directory in
      var settings = LogSettings()
      settings.syncPolicy = policy
      let log = try DurableLog(directory: directory, settings: settings)
      let threads = DiskThreads(count: writers + 1)
      defer { threads.shutdown() }
      let syncing = Task(executorPreference: threads) { await log.syncRegularly { Issue.record($0) } }
      let start = ContinuousClock.now
      let tasks = (0..<writers).map { lane in
        Task(executorPreference: threads) { try append(to: log, lane: UInt32(lane), until: start + duration) }
      }
      var times: [Duration] = []
      for task in tasks { times += try await task.value }
      let elapsed = ContinuousClock.now - start
      syncing.cancel()
      await syncing.value
      times.sort()
      return Appends(
        perSecond: Double(times.count) / (elapsed / .seconds(1)), p50: times[times.count / 2],
        p99: times[times.count * 99 / 100])
    }
  }

  private static func append(
    to log: DurableLog, lane: UInt32, until end: ContinuousClock.Instant
  ) throws -> [Duration] {
    let payload = [UInt8](repeating: 0x5a, count: recordBytes)
    var times: [Duration] = []
    var last = ContinuousClock.now
    while last < end {
      _ = try log.append(lane: lane, kind: 1, sampleCount: recordSamples) { _, bytes in bytes += payload }
      let now = ContinuousClock.now
      times.append(now - last)
      last = now
    }
    return times
  }

  @Test("What it costs to hand work to the threads for the disk")
  func handOver() async throws {
    let threads = DiskThreads()
    defer { threads.shutdown() }
    let count = 50_000
    let shared = await Self.time(count, on: nil)
    let own = await Self.time(count, on: threads)
    let start = ContinuousClock.now
    for _ in 0..<count { await withTaskExecutorPreference(threads) { await Self.hop() } }
    let there = (ContinuousClock.now - start) / count
    print(
      """

      | hand-over | one |
      |---|---|
      | a task made and awaited on the shared threads | \(Self.microseconds(shared)) |
      | a task made and awaited on the threads for the disk | \(Self.microseconds(own)) |
      | a call from the shared threads to those for the disk, and back | \(Self.microseconds(there)) |

      """)
  }

  private static func microseconds(_ duration: Duration) -> String {
    String(format: "%.1f µs", duration / .microseconds(1))
  }

  /// A round: a task is made, runs on another thread, and its maker goes on.
  private static func time(_ count: Int, on threads: DiskThreads?) async -> Duration {
    await Task(executorPreference: threads) {
      let start = ContinuousClock.now
      for _ in 0..<count { await Task(executorPreference: threads) {}.value }
      return (ContinuousClock.now - start) / count
    }.value
  }

  @concurrent private static func hop() async {}
}
