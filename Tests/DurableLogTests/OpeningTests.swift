import DurableLog
import SimulatedDisk
import Testing

@Suite("Opening a log")
struct OpeningTests {
  @Test("A torn tail is forgotten at every length, the records before it survive, and no byte is cut off")
  func tornTail() throws {
    let whole = SimulatedDisk()
    let before = try openLog(whole)
    for number in 0..<4 { try before.append(.numbered(number)) }
    let bytes = whole.bytes(of: firstSegmentPath)
    let lastRecord = 44 + 20
    for lost in 1...lastRecord {
      let disk = whole.rebooted()
      disk.put(Array(bytes.dropLast(lost)), at: firstSegmentPath)
      let log = try openLog(disk)
      #expect(log.incidents.map(\.kind) == (lost < lastRecord ? [.tailTorn] : []), "\(lost) bytes lost")
      #expect(log.endSequence == 9)
      try log.append(.numbered(7))
      #expect(disk.bytes(of: firstSegmentPath).count == bytes.count - lost)
      // Again after another restart, when the torn segment is no longer the last.
      for reopened in [log, try openLog(disk.rebooted())] {
        let reading = try reopened.readAll()
        #expect(reading.entries == [0, 1, 2, 7].map { .numbered($0) }, "\(lost) bytes lost")
        #expect(reading.damage.isEmpty, "\(lost) bytes lost")
        #expect(reading.missing.isEmpty)
      }
    }
  }

  @Test("The second opener is refused and told who was first")
  func twoOpeners() throws {
    let disk = SimulatedDisk()
    let first = try openLog(disk)
    do {
      _ = try openLog(disk)
      Issue.record("opened twice")
    } catch let error as LogError {
      #expect(error.code == .directoryInUse)
      #expect(error.message.contains("4711"))
    }
    try first.append(.numbered(1))
  }

  @Test("The lock goes with the log")
  func lockReleased() throws {
    try withTemporaryDirectory { directory in
      do {
        let log = try DurableLog(directory: directory)
        expectLogError(.directoryInUse) { try DurableLog(directory: directory) }
        try log.append(.numbered(1))
      }
      #expect(try DurableLog(directory: directory).readAll().entries == [.numbered(1)])
    }
  }

  @Test("Numbering, count and clock go on after a restart")
  func restart() throws {
    var disk = SimulatedDisk()
    var position = LogPosition.start
    for life in 0..<5 {
      let log = try openLog(disk, nowMs: Int64(life))
      #expect(log.endSequence == UInt64(life * 6))
      #expect(try log.readAll(from: position).entries.isEmpty)
      try log.append(.numbered(life))
      position = try log.append(.numbered(life + 100))
      #expect(position.segment == SegmentNumber(life + 1))
      disk = disk.rebooted()
    }
    let log = try openLog(disk)
    #expect(log.segments().map(\.lastAppendMs) == [0, 1, 2, 3, 4])
    #expect(log.segments().map(\.firstSequence) == [0, 6, 12, 18, 24])
    #expect(try log.readAll().entries.count == 10)
  }

  @Test("A restart without an append leaves no new file")
  func quietRestart() throws {
    let disk = SimulatedDisk()
    try openLog(disk).append(.numbered(1))
    let before = disk.rebooted().paths(in: "/log/segments")
    for _ in 0..<3 { _ = try openLog(disk) }
    #expect(disk.paths(in: "/log/segments") == before)
  }

  @Test("Empty and foreign files are set aside and kept, and their numbers are not used again")
  func foreignFiles() throws {
    let disk = SimulatedDisk()
    try openLog(disk).append(.numbered(1))
    let segment = disk.bytes(of: firstSegmentPath)
    disk.put([], at: "/log/segments/00000000000000000002.segment")
    disk.put(Array("hello".utf8), at: "/log/segments/00000000000000000003.segment")
    disk.put(segment, at: "/log/segments/00000000000000000005.segment")
    disk.put([1], at: "/log/segments/notes.txt")
    disk.put([2], at: "/log/damaged/notes.txt")
    let log = try openLog(disk)
    #expect(log.incidents.map(\.kind) == [LogIncident.Kind](repeating: .fileSetAside, count: 4))
    #expect(disk.bytes(of: "/log/damaged/00000000000000000003.segment") == Array("hello".utf8))
    #expect(disk.bytes(of: "/log/damaged/notes.txt.1") == [1])
    #expect(try log.append(.numbered(2)).segment == 6)
    let reading = try log.readAll()
    #expect(reading.entries == [.numbered(1), .numbered(2)])
    #expect(reading.missing.isEmpty)
    #expect(try openLog(disk.rebooted()).append(.numbered(3)).segment == 7)
  }

  @Test("A missing segment is reported with its samples and stepped over")
  func missingSegment() throws {
    var settings = LogSettings()
    settings.segmentBytesMax = 1
    let disk = SimulatedDisk()
    let log = try openLog(disk, settings)
    let positions = try (0..<5).map { try log.append(.numbered($0, samples: 10 + $0)) }
    let found = disk.rebooted()
    try found.remove("/log/segments/00000000000000000003.segment")
    let reopened = try openLog(found)
    #expect(reopened.incidents.map(\.kind) == [.segmentsMissing])
    let reading = try reopened.readAll()
    #expect(reading.entries.map(\.samples) == [10, 11, 13, 14])
    #expect(reading.missing == [3...3])
    #expect(reading.missingSamples == [12])
    #expect(try reopened.readAll(from: positions[2]).missing == [3...3])
    #expect(try reopened.readAll(from: positions[3]).missing.isEmpty)
  }

  @Test("A newer format is refused, not set aside")
  func newerFormat() throws {
    let disk = SimulatedDisk()
    try openLog(disk).append(.numbered(1))
    let found = disk.rebooted()
    var bytes = disk.bytes(of: firstSegmentPath)
    bytes[8] = 2
    let checksum = crc32c(bytes[..<60])
    for place in 0..<4 { bytes[60 + place] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * place)) }
    found.put(bytes, at: firstSegmentPath)
    expectLogError(.formatUnknown) { try openLog(found) }
    #expect(found.bytes(of: firstSegmentPath) == bytes)
  }

  @Test("A position of a log that has been replaced begins with the oldest record, and says so")
  func replacedLog() throws {
    let log = try openLog(SimulatedDisk())
    try log.append(.numbered(1))
    let reading = try log.readAll(from: LogPosition(segment: 9, offset: 500))
    #expect(reading.entries == [.numbered(1)])
    #expect(reading.missing == [9...9])
  }

  /// Bit by bit, as RFC 3720 defines it.
  private func crc32c(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { checksum, byte in
      (0..<8).reduce(checksum ^ UInt32(byte)) { rest, _ in (rest >> 1) ^ (rest & 1 == 1 ? 0x82f6_3b78 : 0) }
    }
  }
}
