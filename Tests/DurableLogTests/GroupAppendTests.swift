import DurableLog
import GodwitTesting
import SimulatedDisk
import Synchronization
import Testing

@Suite("Records that are appended together")
struct GroupAppendTests {
  private static let group = (0..<5).map { Entry.numbered($0, lane: UInt32($0 % 2), bytes: 10 + $0) }
  private static let groupBytes = group.reduce(0) { $0 + 44 + $1.payload.count }

  @Test("They lie one behind the other in one segment, and each is read by those who want its lane")
  func reading() throws {
    let log = try openLog(SimulatedDisk())
    #expect(try log.append([RecordPlan]()) { _, _, _ in Issue.record("there is nothing to encode") } == log.end)
    let first = try log.append(.numbered(99))
    #expect(try log.append(Self.group).offset == first.offset + UInt64(Self.groupBytes))
    #expect(log.endSequence == 18)
    let reading = try log.readAll()
    #expect(reading.entries == [.numbered(99)] + Self.group)
    #expect(reading.records.map(\.sequence) == [0, 3, 6, 9, 12, 15])
    #expect(try log.readAll { $0 == 1 }.entries == Self.group.filter { $0.lane == 1 })
    // A reader may stand between them.
    #expect(try log.readAll(from: reading.records[2].next).entries == Array(Self.group[2...]))
  }

  @Test("A full disk at any byte leaves none of them, before and after a restart", arguments: [false, true])
  func diskFull(cannotCut: Bool) throws {
    for room in 0..<Self.groupBytes {
      let disk = SimulatedDisk()
      let log = try openLog(disk)
      try log.append(.numbered(50))
      disk.change {
        $0.room = room
        $0.failsTruncation = cannotCut
      }
      expectLogError(.diskFull) { try log.append(Self.group) }
      #expect(log.endSequence == 3)
      disk.change { $0.room = nil }
      #expect(try openLog(disk.rebooted()).endSequence == 3, "\(room) bytes of room")
      #expect(try log.append(.numbered(51)).segment == 2)
      for reopened in [log, try openLog(disk.rebooted())] {
        let reading = try reopened.readAll()
        #expect(reading.entries == [.numbered(50), .numbered(51)], "\(room) bytes of room")
        #expect(reading.damage.isEmpty && reading.missing.isEmpty, "\(room) bytes of room")
      }
    }
  }

  @Test("A process that dies at any byte leaves none of them")
  func death() throws {
    for bytes in 0..<Self.groupBytes {
      let disk = SimulatedDisk()
      let log = try openLog(disk)
      try log.append(.numbered(50))
      disk.change { $0.bytesUntilDeath = bytes }
      #expect(throws: LogError.self) { try log.append(Self.group) }
      let reopened = try openLog(disk.rebooted())
      #expect(reopened.endSequence == 3, "\(bytes) bytes")
      #expect(try reopened.readAll().entries == [.numbered(50)], "\(bytes) bytes")
      try reopened.append(Self.group)
      #expect(try reopened.readAll().entries == [.numbered(50)] + Self.group, "\(bytes) bytes")
    }
  }

  @Test("Damage to one of them costs that one", arguments: 0..<5)
  func damage(number: Int) throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    try log.append(Self.group)
    let start = 128 + Self.group[..<number].reduce(0) { $0 + 44 + $1.payload.count }
    for place in [start + 3, start + 50] {
      var bytes = disk.bytes(of: firstSegmentPath)
      bytes[place] ^= 0xff
      let other = SimulatedDisk()
      other.put(bytes, at: firstSegmentPath)
      let reading = try openLog(other).readAll()
      var rest = Self.group
      rest.remove(at: number)
      #expect(reading.entries == rest)
      #expect(reading.damage.count == 1)
      // Behind the last one there is nothing that says how many there were.
      if number < 4 || place == start + 50 { #expect(reading.damage.first?.samples == 3) }
    }
  }

  @Test("One that is too large, or all of them together, leave none, and the next record is in a new segment")
  func tooLarge() throws {
    var settings = LogSettings()
    settings.payloadBytesMax = 100
    let log = try openLog(SimulatedDisk(), settings)
    expectLogError(.recordTooLarge) { try log.append(Self.group + [.numbered(9, bytes: 101)]) }
    #expect(try log.append(.numbered(1)).segment == 2)
    #expect(try log.readAll().entries == [.numbered(1)])
    let wide = try openLog(SimulatedDisk())
    let large = (0..<3).map { Entry.numbered($0, bytes: 9 << 20) }
    expectLogError(.recordTooLarge) { try wide.append(large) }
    #expect(try wide.append(Array(large[..<2])).segment == 2)
    #expect(wide.endSequence == 6)
  }

  @Test("Each is told to those who listen")
  func listening() throws {
    let log = try openLog(SimulatedDisk())
    let heard = Mutex<[UInt32]>([])
    let listening = log.listen { append in heard.withLock { $0.append(append.lane) } }
    defer { listening.end() }
    try log.append(Self.group)
    #expect(heard.withLock { $0 } == Self.group.map(\.lane))
  }
}
