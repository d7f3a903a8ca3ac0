import DurableLog
import GodwitTesting
import SimulatedDisk
import Synchronization

/// A log that takes samples at a steady rate, on a clock of its own, until the power is cut at a random moment: between
/// two appends, in the middle of one, or in the middle of a sync.
struct PowerCut {
  static let samplesPerSecond = 20_000
  static let recordSamples = 500

  struct Outcome {
    /// Of appends that had returned, samples that are not there any more.
    var lostSamples = 0
    /// Samples appended, and returned for, since the last sync that returned.
    var unsyncedSamples = 0
  }

  private let policy: SyncPolicy
  private var random: SeededRandom
  private let clock = TestClock()
  private let disk = SimulatedDisk()
  private var settings = LogSettings()
  private let log: DurableLog
  private var returned: [Entry] = []
  /// The records that were on their way when the power went; nobody was told about them.
  private var begun: [Entry] = []
  private var syncedCount = 0

  /// What a cut costs under the policy.
  /// - Throws: `Altered` if anything came back that was not written, or not in order, or if something synced is gone.
  static func outcome(_ policy: SyncPolicy, seed: UInt64) throws -> Outcome {
    var run = try PowerCut(policy, seed: seed)
    try run.takeSamples()
    return try run.cut()
  }

  struct Altered: Error, CustomStringConvertible {
    let description: String
  }

  private init(_ policy: SyncPolicy, seed: UInt64) throws {
    self.policy = policy
    random = SeededRandom(seed: seed)
    settings.syncPolicy = policy
    settings.segmentBytesMax = .random(in: 2_000...400_000, using: &random)
    let clock = clock
    log = try DurableLog(directory: simulatedRoot, settings: settings, disk: disk, nowMs: { clock.nowMs })
  }

  private mutating func takeSamples() throws {
    let stepMs = Int64(1_000 * Self.recordSamples / Self.samplesPerSecond)
    let endMs = clock.nowMs + .random(in: stepMs...6_000, using: &random)
    var lastSyncMs = clock.nowMs - .random(in: 0..<1_000, using: &random)
    while clock.nowMs < endMs {
      clock.advance(byMs: stepMs)
      try append()
      if case .everyAppend = policy { syncedCount = returned.count }
      guard case .interval(let interval) = policy, .milliseconds(clock.nowMs - lastSyncMs) >= interval else { continue }
      try log.sync()
      lastSyncMs = clock.nowMs
      syncedCount = returned.count
    }
    // In every second case the power goes while something is being written; the process dies with it.
    guard Bool.random(using: &random) else { return }
    disk.change { $0.bytesUntilDeath = .random(in: 0...1_500, using: &random) }
    for _ in 0..<20 where !disk.state.withLock({ $0.isDead }) { try? append() }
  }

  private mutating func append() throws {
    let number = returned.count + begun.count
    let entry = Entry.numbered(
      number, bytes: .random(in: 20...1_800, using: &random), samples: Self.recordSamples)
    begun.append(entry)
    try log.append(entry)
    begun.removeLast()
    returned.append(entry)
  }

  private mutating func cut() throws -> Outcome {
    let after = disk.afterPowerCut(using: &random)
    let reopened = try openLog(after, settings)
    try reopened.append(.numbered(-1))
    var found = try reopened.readAll().entries
    guard found.popLast() == .numbered(-1) else { throw Altered(description: "the log does not go on") }
    guard found.prefix(syncedCount) == returned.prefix(syncedCount) else {
      throw Altered(description: "of \(syncedCount) records that were synced some are gone")
    }
    var rest = (returned + begun)[...]
    for entry in found {
      guard let place = rest.firstIndex(of: entry) else {
        throw Altered(description: "\(entry) was not written, or not there")
      }
      rest = rest[(place + 1)...]
    }
    let survivors = found.count { entry in !begun.contains(entry) }
    return Outcome(
      lostSamples: (returned.count - survivors) * Self.recordSamples,
      unsyncedSamples: (returned.count - syncedCount) * Self.recordSamples)
  }
}

extension SyncPolicy {
  /// Those that are tested and measured.
  static let each: [SyncPolicy] = [.everyAppend, .interval(.seconds(1)), .never]

  var name: String {
    switch self {
    case .everyAppend: "every append"
    case .interval(let interval): "interval of \(interval)"
    case .never: "never"
    }
  }
}
