import DurableLog
import SimulatedDisk
import Testing

@Suite("Damage costs what it hit and nothing else")
struct DamageTests {
  private static let written = (0..<6).map { Entry.numbered($0, lane: UInt32($0 % 2), bytes: 30, samples: $0 + 1) }

  private static func segmentBytes() throws -> [UInt8] {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    for entry in written { try log.append(entry) }
    return disk.bytes(of: firstSegmentPath)
  }

  private static let recordBytes = 44 + 30
  private static let headerBytes = 128

  @Test("A flipped byte anywhere loses at most its record, with or without a restart", arguments: [false, true])
  func byteFlip(isRestarted: Bool) throws {
    for place in 0..<Self.headerBytes + Self.recordBytes * Self.written.count {
      let disk = SimulatedDisk()
      var log = try openLog(disk)
      for entry in Self.written { try log.append(entry) }
      var bytes = disk.bytes(of: firstSegmentPath)
      bytes[place] ^= 0x40
      var found = disk
      if isRestarted {
        found = disk.rebooted()
        found.put(bytes, at: firstSegmentPath)
        log = try openLog(found)
      } else {
        disk.overwrite(bytes, at: firstSegmentPath)
      }
      try log.append(.numbered(99))
      let reading = try log.readAll()
      var expected = Self.written
      let hit = place < Self.headerBytes ? nil : (place - Self.headerBytes) / Self.recordBytes
      if let hit { expected.remove(at: hit) }
      #expect(reading.entries == expected + [.numbered(99)], "byte \(place)")
      #expect(reading.damage.count == (hit == nil ? 0 : 1), "byte \(place)")
      guard let hit, let damage = reading.damage.first else { continue }
      let start = UInt64(Self.headerBytes + hit * Self.recordBytes)
      #expect(damage.range == start..<start + UInt64(Self.recordBytes), "byte \(place)")
      let isPayload = (place - Self.headerBytes) % Self.recordBytes >= 44
      #expect(damage.reason == (isPayload ? .payloadChanged : .headerChanged), "byte \(place)")
      #expect(damage.lane == (isPayload ? UInt32(hit % 2) : nil), "byte \(place)")
      // Whoever flips a byte of the very last header before a restart takes the count with it.
      let isUnknown = isRestarted && !isPayload && hit == Self.written.count - 1
      #expect(damage.samples == (isUnknown ? nil : UInt64(hit + 1)), "byte \(place)")
      #expect(found.bytes(of: damage.copiedTo ?? "") == Array(bytes[Int(start)..<Int(start) + Self.recordBytes]))
    }
  }

  @Test("Damage is copied once, however many readers meet it, and never beyond the bound")
  func copies() throws {
    let disk = SimulatedDisk()
    var settings = LogSettings()
    settings.damagedBytesMax = 100
    let log = try openLog(disk, settings)
    for entry in Self.written { try log.append(entry) }
    disk.flip(Self.headerBytes + 50, of: firstSegmentPath)
    disk.flip(Self.headerBytes + Self.recordBytes * 2 + 50, of: firstSegmentPath)
    let first = try log.readAll()
    let second = try log.readAll()
    #expect(first.damage.map { $0.copiedTo != nil } == [true, false])
    #expect(second.damage == first.damage)
    #expect(disk.paths(in: "/log/damaged").count == 1)
  }

  @Test("The payload of an unwanted lane is not checked")
  func unwanted() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    for entry in Self.written { try log.append(entry) }
    disk.flip(Self.headerBytes + 50, of: firstSegmentPath)
    #expect(try log.readAll { $0 == 1 }.damage.isEmpty)
    #expect(try log.readAll { $0 == 0 }.damage.count == 1)
  }

  @Test("A reader that begins at a damaged header counts what was in it")
  func damageAtStart() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    let positions = try Self.written.map { try log.append($0) }
    disk.flip(Int(positions[2].offset) + 5, of: firstSegmentPath)
    let reading = try log.readAll(from: positions[2])
    #expect(reading.entries == Array(Self.written[4...]))
    #expect(reading.damage.map(\.samples) == [4])
  }

  @Test("A sector that cannot be read costs the records in it")
  func badSector() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    let written = (0..<100).map { Entry.numbered($0, bytes: 1_000, samples: 1) }
    for entry in written { try log.append(entry) }
    disk.change { $0.badSectors[firstSegmentPath] = 40_960..<45_056 }
    let reading = try log.readAll()
    let lost = written.filter { !reading.entries.contains($0) }
    #expect(lost.count >= 4 && lost.count <= 6)
    #expect(reading.damage.reduce(0) { $0 + ($1.samples ?? 0) } == UInt64(lost.count))
  }

  @Test("Zeros over several headers are one damage, with its count")
  func zeros() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    for entry in Self.written { try log.append(entry) }
    var bytes = disk.bytes(of: firstSegmentPath)
    for place in Self.headerBytes + Self.recordBytes + 10..<Self.headerBytes + Self.recordBytes * 4 { bytes[place] = 0 }
    disk.overwrite(bytes, at: firstSegmentPath)
    let reading = try log.readAll()
    #expect(reading.entries == [Self.written[0], Self.written[4], Self.written[5]])
    #expect(reading.damage.map(\.samples) == [2 + 3 + 4])
  }

  @Test("A payload that holds the bytes of a record is not taken for one")
  func forgery() throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    let stranger = try Self.segmentBytes()
    let carrier = Entry(lane: 0, kind: 1, samples: 7, payload: Array(stranger[Self.headerBytes...]))
    try log.append(carrier)
    try log.append(.numbered(1))
    disk.flip(Self.headerBytes + 1, of: firstSegmentPath)
    let reading = try log.readAll()
    #expect(reading.entries == [.numbered(1)])
    #expect(reading.damage.map(\.samples) == [7])
  }

  @Test("A segment cut short between two records is noticed by its count")
  func shortened() throws {
    let disk = SimulatedDisk()
    var settings = LogSettings()
    settings.segmentBytesMax = 400
    let log = try openLog(disk, settings)
    for entry in Self.written { try log.append(entry) }
    let found = disk.rebooted()
    let left = disk.bytes(of: firstSegmentPath).prefix(Self.headerBytes + Self.recordBytes * 2)
    found.put(Array(left), at: firstSegmentPath)
    let reading = try openLog(found).readAll()
    #expect(reading.entries == [0, 1, 4, 5].map { Self.written[$0] })
    #expect(reading.damage.map(\.reason) == [.segmentShortened])
    #expect(reading.damage.map(\.samples) == [3 + 4])
  }
}
