import DurableLog
import Foundation
import GodwitTesting
import SimulatedDisk
import Testing

@Suite("Looking at a log")
struct InspectionTests {
  /// Every file with its bytes.
  private func snapshot(_ disk: SimulatedDisk) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: disk.paths(in: simulatedRoot).map { ($0, disk.bytes(of: $0)) })
  }

  private func inspect(_ disk: SimulatedDisk, nowMs: Int64 = 1_000_000) throws -> LogInspection {
    try LogInspection(directory: simulatedRoot, disk: disk, nowMs: nowMs)
  }

  private func read(_ inspection: LogInspection) throws -> Reading {
    var reader = inspection.reader(from: .start)
    return try reader.readToEnd()
  }

  @Test("It shows what a log has, beside the one that has it open, up to the moment of the look")
  func besideWriter() throws {
    let disk = SimulatedDisk()
    var settings = LogSettings()
    settings.segmentBytesMax = 400
    let log = try openLog(disk, settings)
    for number in 0..<20 { try log.append(.numbered(number, lane: UInt32(number))) }
    let inspection = try inspect(disk)
    #expect(inspection.endAndSequence.position == log.end)
    #expect(inspection.endAndSequence.sequence == log.endSequence)
    #expect(inspection.segments().map(\.number) == log.segments().map(\.number))
    for number in 20..<30 { try log.append(.numbered(number)) }
    #expect(try read(inspection).entries.map(\.payload) == (0..<20).map { Entry.numbered($0).payload })
    #expect(inspection.incidents.isEmpty)
  }

  @Test("It changes nothing, whatever it meets")
  func readOnly() throws {
    let disk = SimulatedDisk()
    var settings = LogSettings()
    settings.segmentBytesMax = 300
    var log: DurableLog? = try openLog(disk, settings)
    for number in 0..<20 { try log?.append(.numbered(number)) }
    var ledger = try log?.ledger(endpoint: "main")
    try ledger?.store([1, 2, 3])
    log = nil
    disk.flip(200, of: firstSegmentPath)
    disk.flip(140, of: simulatedRoot + "/segments/00000000000000000002.segment")
    disk.put(Array("stranger".utf8), at: simulatedRoot + "/segments/notes.txt")
    disk.put([], at: simulatedRoot + "/segments/00000000000000000077.segment")
    try disk.remove(simulatedRoot + "/segments/00000000000000000003.segment")
    let before = snapshot(disk)
    let inspection = try inspect(disk)
    let reading = try read(inspection)
    #expect(!reading.damage.isEmpty)
    #expect(reading.damage.allSatisfy { $0.copiedTo == nil })
    #expect(try LogInspection.ledgerDocument(endpoint: "main", in: simulatedRoot, disk: disk) == [1, 2, 3])
    #expect(try LogInspection.ledgerEndpoints(in: simulatedRoot, disk: disk) == ["main"])
    expectLogError(.fileNotOpened) {
      _ = try LogInspection.ledgerDocument(endpoint: "unknown", in: simulatedRoot, disk: disk)
    }
    #expect(snapshot(disk) == before)
    #expect(
      Set(inspection.incidents.map(\.kind)) == [.fileForeign, .segmentsMissing])
    #expect(inspection.incidents.count { $0.kind == .fileForeign } == 2)
    // The lock is free.
    _ = try openLog(disk, settings)
  }

  @Test("A segment that goes while it is read is missing, and known to be gone")
  func vanishing() throws {
    let disk = SimulatedDisk()
    var settings = LogSettings()
    settings.segmentBytesMax = 300
    let log = try openLog(disk, settings)
    for number in 0..<20 { try log.append(.numbered(number)) }
    let inspection = try inspect(disk)
    try log.remove(before: LogPosition(segment: 3, offset: 0))
    let reading = try read(inspection)
    #expect(reading.missing == [1...1, 2...2])
    #expect(!inspection.exists(1))
    #expect(inspection.exists(3))
    #expect(reading.entries.count + reading.missingSamples.compactMap(\.self).reduce(0) { $0 + Int($1) / 3 } == 20)
  }

  @Test(
    "A tail that is just being written is none of its business; one that stays torn is told", arguments: [true, false])
  func tornTail(isFresh: Bool) throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    for number in 0..<3 { try log.append(.numbered(number)) }
    let whole = disk.bytes(of: firstSegmentPath)
    try log.append(.numbered(3))
    disk.overwrite(Array(disk.bytes(of: firstSegmentPath).prefix(whole.count + 50)), at: firstSegmentPath)
    // The simulated disk says that every file was written at 0; the segment was begun at 1000.
    let inspection = try inspect(disk, nowMs: isFresh ? 5_000 : 60_000)
    #expect(inspection.incidents.map(\.kind) == (isFresh ? [] : [.tailTorn]))
    #expect(try read(inspection).entries.count == 3)
    #expect(inspection.endAndSequence.sequence == 9)
  }

  @Test("Without a log there is nothing to look at")
  func noLog() throws {
    try withTemporaryDirectory { path in
      expectLogError(.directoryNotListed) { _ = try LogInspection(directory: path) }
      expectLogError(.directoryNotListed) { _ = try LogInspection.ledgerEndpoints(in: path) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
