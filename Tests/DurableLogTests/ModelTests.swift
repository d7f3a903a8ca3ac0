import DurableLog
import GodwitTesting
import SimulatedDisk
import Testing

/// The log against a plain array, under random appends, restarts, deaths, full disks, removals and power cuts.
@Suite("The log does what an array would do")
struct ModelTests {
  /// Seeds of `deaths` that once failed, each with what it found. They stay when the others change.
  private static let onceFailed: [UInt64: String] = [
    27: "a torn tail made an empty segment number look missing, to an endpoint that read on",
    271: "the same",
    378: "the same, to a reader of all that the endpoint had not acknowledged",
  ]

  @Test(
    "Whatever happens to the process, nothing taken is lost, doubled or reordered",
    arguments: Array(Set(0..<300).union(onceFailed.keys)).sorted())
  func deaths(seed: UInt64) throws {
    var world = try ModelWorld(seed: seed)
    for _ in 0..<60 { try world.step() }
    try world.check()
  }

  @Test(
    "After a power cut all that was synced is there, and nothing that was not written",
    arguments: 0..<300 as Range<UInt64>)
  func powerCuts(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var settings = LogSettings()
    settings.segmentBytesMax = UInt64.random(in: 500...5_000, using: &random)
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    var written: [Entry] = []
    var synced = 0
    for _ in 0..<Int.random(in: 1...40, using: &random) {
      let group = (0..<Int.random(in: 1...4, using: &random)).map { place in
        Entry.numbered(written.count + place, bytes: Int.random(in: 0...900, using: &random), samples: 1)
      }
      try log.append(group)
      written += group
      if Int.random(in: 0..<10, using: &random) == 0 {
        try log.sync()
        synced = written.count
      }
    }
    let after = disk.afterPowerCut(using: &random)
    let reopened = try openLog(after, settings)
    try reopened.append(.numbered(999))
    let reading = try reopened.readAll()
    #expect(Array(reading.entries.prefix(synced)) == Array(written.prefix(synced)), "seed \(seed)")
    #expect(reading.entries.last == .numbered(999), "seed \(seed)")
    var rest = written[...]
    for entry in reading.entries.dropLast() {
      guard let place = rest.firstIndex(of: entry) else {
        Issue.record("\(entry) was not written, or not there, seed \(seed)")
        return
      }
      rest = rest[(place + 1)...]
    }
  }
}

private struct ModelWorld {
  let seed: UInt64
  var random: SeededRandom
  var settings = LogSettings()
  var disk = SimulatedDisk()
  var log: DurableLog
  /// What has been taken: entry and the position behind it.
  var taken: [(entry: Entry, next: LogPosition)] = []
  /// How many of them one endpoint has acknowledged, and where it stands.
  var acknowledged = 0
  var position = LogPosition.start
  var number = 0

  init(seed: UInt64) throws {
    self.seed = seed
    random = SeededRandom(seed: seed)
    settings.segmentBytesMax = UInt64.random(in: 200...4_000, using: &random)
    log = try openLog(disk, settings)
  }

  mutating func step() throws {
    switch Int.random(in: 0..<100, using: &random) {
    case ..<60: try append()
    case ..<75: try read(Int.random(in: 0...10, using: &random))
    case ..<80: try restart()
    case ..<87: try die()
    case ..<94: try fillDisk()
    case ..<97: try log.remove(before: position)
    default: try log.sync()
    }
  }

  private mutating func nextEntry() -> Entry {
    number += 1
    return .numbered(
      number, lane: .random(in: 0..<4, using: &random), bytes: .random(in: 0...400, using: &random),
      samples: .random(in: 0...9, using: &random))
  }

  /// One record, or several that are appended together.
  private mutating func nextEntries() -> [Entry] {
    let count = Bool.random(using: &random) ? 1 : Int.random(in: 1...6, using: &random)
    return (0..<count).map { _ in nextEntry() }
  }

  private mutating func append() throws { try append(nextEntries()) }

  /// What fails must leave nothing, now and after a restart.
  private mutating func append(_ entries: [Entry]) throws {
    var position = log.end
    let end = entries.count == 1 ? try log.append(entries[0]) : try log.append(entries)
    // A segment may have begun.
    if position.segment != end.segment || position.offset == 0 {
      position = LogPosition(segment: end.segment, offset: 128)
    }
    for entry in entries {
      position.offset += UInt64(44 + entry.payload.count)
      taken.append((entry, position))
    }
    #expect(position == end, "seed \(seed)")
  }

  /// Reads and acknowledges some records, from where the endpoint stands.
  private mutating func read(_ count: Int) throws {
    var reader = LogReader(log, from: position)
    for _ in 0..<count {
      switch try reader.next(wanted: { _ in true }) {
      case .record(let record):
        #expect(record.next == taken[acknowledged].next, "seed \(seed)")
        #expect(Array(reader.bytes[record.payload]) == taken[acknowledged].entry.payload, "seed \(seed)")
        acknowledged += 1
        position = record.next
      case .end:
        #expect(acknowledged == taken.count, "seed \(seed)")
        return
      case let loss: Issue.record("\(loss), seed \(seed)")
      }
    }
  }

  private mutating func restart() throws {
    disk = disk.rebooted()
    log = try openLog(disk, settings)
  }

  /// Kills the process at some byte of what it writes next.
  private mutating func die() throws {
    let bytes = Int.random(in: 0..<1_000, using: &random)
    disk.change { $0.bytesUntilDeath = bytes }
    for _ in 0..<20 {
      guard (try? append(nextEntries())) != nil else { break }
    }
    try restart()
    let samples = taken.reduce(0) { $0 + UInt64($1.entry.samples) }
    #expect(log.endSequence == samples, "seed \(seed)")
  }

  private mutating func fillDisk() throws {
    let room = Int.random(in: 0..<600, using: &random)
    let cannotCut = Bool.random(using: &random)
    disk.change {
      $0.room = room
      $0.failsTruncation = cannotCut
    }
    for _ in 0..<6 {
      try? append(nextEntries())
    }
    disk.change {
      $0.room = nil
      $0.failsTruncation = false
    }
  }

  func check() throws {
    #expect(log.endSequence == taken.reduce(0) { $0 + UInt64($1.entry.samples) }, "seed \(seed)")
    let rest = try log.readAll(from: position)
    #expect(rest.entries == taken[acknowledged...].map(\.entry), "seed \(seed)")
    #expect(rest.damage.isEmpty && rest.missing.isEmpty, "seed \(seed)")
    for lane in 0..<4 as Range<UInt32> {
      let entries = try log.readAll(from: position) { $0 == lane }.entries
      #expect(entries == taken[acknowledged...].map(\.entry).filter { $0.lane == lane }, "seed \(seed)")
    }
  }
}
