import DurableLog
import SimulatedDisk
import Testing

@Suite("Removal of segments")
struct RetentionTests {
  private func filledLog(_ disk: SimulatedDisk = SimulatedDisk()) throws -> (DurableLog, [LogPosition]) {
    var settings = LogSettings()
    settings.segmentBytesMax = 200
    let log = try openLog(disk, settings)
    return (log, try (0..<12).map { try log.append(.numbered($0, lane: UInt32($0 % 3), samples: $0)) })
  }

  @Test("Whole segments before a position go, the one it is in stays")
  func removal() throws {
    let (log, positions) = try filledLog()
    let total = log.bytes
    let removed = try log.remove(before: positions[7])
    #expect(!removed.isEmpty && removed.allSatisfy { $0.number < positions[7].segment })
    #expect(log.oldest.segment == positions[7].segment)
    #expect(log.bytes == total - removed.reduce(0) { $0 + $1.bytes })
    #expect(try log.readAll(from: positions[7]).entries.map(\.samples) == Array(8..<12))
    #expect(try log.readAll(from: .start).missing.isEmpty)
    #expect(try log.readAll(from: positions[0]).missing == [1...positions[7].segment - 1])
  }

  @Test("The newest segment stays, so that numbers and counts go on")
  func newestStays() throws {
    let disk = SimulatedDisk()
    let (log, _) = try filledLog(disk)
    try log.remove(before: LogPosition(segment: .max, offset: 0))
    #expect(log.segments().count == 1)
    let reopened = try openLog(disk.rebooted())
    #expect(reopened.endSequence == log.endSequence)
    #expect(try reopened.append(.numbered(1)).segment == log.end.segment + 1)
  }

  @Test("A reader whose segments are removed under it goes on and says how many samples are missing")
  func removedUnderReader() throws {
    let (log, positions) = try filledLog()
    var reader = LogReader(log, from: .start)
    guard case .record = try reader.next(wanted: { _ in true }) else { return #expect(Bool(false)) }
    try log.remove(before: positions[9])
    let reading = try reader.readToEnd()
    let read = reading.entries.reduce(0) { $0 + $1.samples }
    #expect(UInt64(read) + reading.missingSamples.reduce(0) { $0 + ($1 ?? 0) } == log.endSequence)
    #expect(reading.entries.suffix(2).map(\.samples) == [10, 11])
  }

  @Test("A skim counts the samples of its lanes up to a position and reading goes on there")
  func skim() throws {
    let (log, positions) = try filledLog()
    for (index, target) in positions.enumerated() {
      var reader = LogReader(log, from: .start)
      let skim = try reader.skim(to: target) { $0 == 1 }
      #expect(skim.samples == UInt64((0...index).filter { $0 % 3 == 1 }.reduce(0, +)))
      #expect(skim.losses.isEmpty)
      #expect(reader.position >= target)
      #expect(try reader.readToEnd().entries.map(\.samples) == Array((0..<12).dropFirst(index + 1)))
    }
  }

  @Test("A skim across damage reports it")
  func skimDamage() throws {
    let disk = SimulatedDisk()
    let (log, positions) = try filledLog(disk)
    disk.flip(128, of: "/log/segments/00000000000000000002.segment")
    var reader = LogReader(log, from: .start)
    let skim = try reader.skim(to: positions[11]) { _ in true }
    guard case .damaged(let damage)? = skim.losses.first else { return #expect(Bool(false)) }
    #expect(skim.samples + (damage.samples ?? 0) == log.endSequence)
  }
}
