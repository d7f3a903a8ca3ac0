import DurableLog
import GodwitTesting
import SimulatedDisk
import Synchronization
import Testing

@Suite("A disk in trouble")
struct DiskTroubleTests {
  @Test("A full disk costs the record that did not fit, whatever fitted of it", arguments: [false, true])
  func diskFull(cannotCut: Bool) throws {
    for room in 0..<64 {
      let disk = SimulatedDisk()
      let log = try openLog(disk)
      try log.append(.numbered(1))
      disk.change {
        $0.room = room
        $0.failsTruncation = cannotCut
      }
      expectLogError(.diskFull) { try log.append(.numbered(2)) }
      expectLogError(.diskFull) { try log.append(.numbered(3)) }
      disk.change { $0.room = nil }
      #expect(try log.append(.numbered(4)).segment == 2)
      #expect(log.endSequence == 6)
      for reopened in [log, try openLog(disk.rebooted())] {
        let reading = try reopened.readAll()
        #expect(reading.entries == [.numbered(1), .numbered(4)], "\(room) bytes of room")
        #expect(reading.damage.isEmpty && reading.missing.isEmpty, "\(room) bytes of room")
      }
    }
  }

  @Test("A log opens on a full disk and takes records when there is room again")
  func openWhenFull() throws {
    let disk = SimulatedDisk()
    try openLog(disk).append(.numbered(1))
    disk.change { $0.room = 0 }
    let log = try openLog(disk)
    expectLogError(.diskFull) { try log.append(.numbered(2)) }
    disk.change { $0.room = nil }
    try log.append(.numbered(3))
    #expect(try log.readAll().entries == [.numbered(1), .numbered(3)])
  }

  @Test("Writes that take a few bytes at a time make the same log")
  func shortWrites() throws {
    let disk = SimulatedDisk()
    disk.change { $0.writeBytesMax = 7 }
    let log = try openLog(disk)
    for number in 0..<10 { try log.append(.numbered(number)) }
    #expect(try openLog(disk.rebooted()).readAll().entries == (0..<10).map { .numbered($0) })
  }

  @Test("A disk that does not confirm a sync is reported, and the next record is in a new segment")
  func failedSync() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    try log.append(.numbered(1))
    disk.change { $0.failsSync = true }
    expectLogError(.syncFailed) { try log.sync() }
    expectLogError(.writeFailed) { try log.append(.numbered(2)) }
    disk.change { $0.failsSync = false }
    #expect(try log.append(.numbered(3)).segment == 2)
    try log.sync()
    #expect(log.synced == log.end)
    #expect(try log.readAll().entries == [.numbered(1), .numbered(3)])
  }

  @Test("A sync confirms full segments too")
  func syncOfFullSegments() throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 1
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    for number in 0..<5 { try log.append(.numbered(number)) }
    try log.sync()
    #expect(log.synced == log.end)
    var random = SeededRandom(seed: 1)
    #expect(try openLog(disk.afterPowerCut(using: &random)).readAll().entries == (0..<5).map { .numbered($0) })
  }

  @Test("Open files stay bounded where nobody syncs")
  func manySegments() throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 1
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    for number in 0..<50 { try log.append(.numbered(number)) }
    #expect(disk.state.withLock { $0.syncs } >= 30)
    #expect(try log.readAll().entries.count == 50)
  }

  @Test("A disk that does not answer a reader lets it try the same record again")
  func unreadable() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    for number in 0..<3 { try log.append(.numbered(number, bytes: 400_000)) }
    var reader = LogReader(log, from: .start)
    guard case .record = try reader.next(wanted: { _ in true }) else { return #expect(Bool(false)) }
    let position = reader.position
    disk.change { $0.failsReads = true }
    do {
      _ = try reader.next { _ in true }
      Issue.record("no error")
    } catch { #expect(error.code == .readFailed) }
    #expect(reader.position == position)
    disk.change { $0.failsReads = false }
    #expect(try reader.readToEnd().entries == [1, 2].map { .numbered($0, bytes: 400_000) })
  }

  @Test("A regular sync that is cancelled syncs once more")
  func regularSync() async throws {
    let log = try openLog(SimulatedDisk())
    try log.append(.numbered(1))
    let syncing = Task { await log.syncRegularly { Issue.record($0) } }
    syncing.cancel()
    await syncing.value
    #expect(log.synced == log.end)
  }

  @Test("An error says what, where and what to do")
  func wording() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    let position = try log.append(.numbered(1))
    disk.change { $0.room = 0 }
    do {
      try log.append(.numbered(2))
      Issue.record("no error")
    } catch {
      #expect(error.path == firstSegmentPath)
      #expect(error.position == position)
      #expect(error.systemReason == "pwrite: simulated")
      #expect("\(error)".contains(firstSegmentPath) && "\(error)".hasSuffix(error.remedy))
    }
  }

  @Test("The real disk rotates, removes, and opens again")
  func realDisk() throws {
    try withTemporaryDirectory { directory in
      var settings = LogSettings()
      settings.segmentBytesMax = 2_000
      do {
        let log = try DurableLog(directory: directory + "/made/on/the/way", settings: settings)
        let positions = try (0..<100).map { try log.append(.numbered($0)) }
        try log.sync()
        try log.remove(before: positions[60])
        #expect(try log.readAll(from: positions[59]).entries == (60..<100).map { .numbered($0) })
      }
      let log = try DurableLog(directory: directory + "/made/on/the/way", settings: settings)
      #expect(log.incidents.isEmpty && log.endSequence == 300)
      try log.append(.numbered(100))
      #expect(try log.readAll().entries.suffix(41) == (60...100).map { .numbered($0) })
    }
  }
}
