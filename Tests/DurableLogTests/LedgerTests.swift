import DurableLog
import SimulatedDisk
import Testing

@Suite("Ledgers")
struct LedgerTests {
  private static let path = "/log/endpoints/mimir.ledger"

  @Test("A ledger keeps what was stored last, also after a restart")
  func roundTrip() throws {
    let disk = SimulatedDisk()
    var ledger = try openLog(disk).ledger(endpoint: "mimir")
    #expect(ledger.document == nil)
    for number in 0..<20 {
      let document = [UInt8](repeating: UInt8(number), count: number * 100)
      try ledger.store(document)
      #expect(ledger.document == document)
      #expect(try openLog(disk.rebooted()).ledger(endpoint: "mimir").document == document)
    }
  }

  @Test(
    "A store that is torn at any byte leaves the former document, with and without room taken before",
    arguments: [0, 1, 2, 3], [false, true])
  func torn(storesBefore: Int, isRoomTaken: Bool) throws {
    let former = storesBefore == 0 ? nil : [UInt8](repeating: UInt8(storesBefore), count: 60)
    for bytes in 0..<24 + 50 {
      var disk = SimulatedDisk()
      if !isRoomTaken { disk.change { $0.room = 100 } }
      var ledger = try LedgerFile(path: Self.path, disk: disk)
      disk.change { $0.room = nil }
      for number in 0..<storesBefore { try ledger.store([UInt8](repeating: UInt8(number + 1), count: 60)) }
      disk.change { $0.bytesUntilDeath = bytes }
      do {
        try ledger.store([UInt8](repeating: 9, count: 50))
        Issue.record("stored \(bytes) bytes")
      } catch { #expect(error.code == .diskFull) }
      #expect(ledger.document == former)
      disk = disk.rebooted()
      var reopened = try LedgerFile(path: Self.path, disk: disk)
      #expect(reopened.document == former, "\(bytes) bytes")
      #expect(disk.bytes(of: Self.path).count == 2 * 16_384)
      try reopened.store([7])
      #expect(try LedgerFile(path: Self.path, disk: disk.rebooted()).document == [7], "\(bytes) bytes")
    }
  }

  @Test("A full disk keeps no document from being stored once the ledger has its room")
  func fullDisk() throws {
    let disk = SimulatedDisk()
    var ledger = try openLog(disk).ledger(endpoint: "mimir")
    disk.change { $0.room = 0 }
    for count in [0, 1, 500, LedgerFile.documentBytesMax, 3] {
      let document = [UInt8](repeating: 7, count: count)
      try ledger.store(document)
      #expect(try LedgerFile(path: Self.path, disk: disk.rebooted()).document == document)
    }
  }

  @Test("A ledger that finds no room is no error; what it stores then needs room", arguments: [1, 20_000, 32_767])
  func noRoom(bytes: Int) throws {
    let disk = SimulatedDisk()
    disk.change { $0.room = bytes }
    var ledger = try LedgerFile(path: Self.path, disk: disk)
    #expect(disk.bytes(of: Self.path).isEmpty)
    expectLogError(.diskFull) { try Self.store([UInt8](repeating: 1, count: LedgerFile.documentBytesMax), &ledger) }
    disk.change { $0.room = nil }
    try ledger.store([1])
    #expect(try LedgerFile(path: Self.path, disk: disk.rebooted()).document == [1])
  }

  /// A closure cannot capture a ledger that changes.
  private static func store(_ document: [UInt8], _ ledger: inout LedgerFile) throws { try ledger.store(document) }

  @Test("A ledger of an earlier version is shorter: it opens, takes its room, and has the same document twice")
  func earlierVersion() throws {
    let disk = SimulatedDisk()
    var ledger = try LedgerFile(path: Self.path, disk: disk)
    let document = [UInt8](repeating: 4, count: 40)
    try ledger.store(document)
    let former = Array(disk.bytes(of: Self.path).prefix(16_384 + 24 + 40))
    for room in [nil, 0, 100] {
      let found = SimulatedDisk()
      found.put(former, at: Self.path)
      found.change { $0.room = room }
      #expect(try LedgerFile(path: Self.path, disk: found).document == document)
      #expect(found.bytes(of: Self.path).count == (room == nil ? 2 * 16_384 : former.count))
      found.flip(16_384 + 24 + 3, of: Self.path)
      if room == nil {
        #expect(try LedgerFile(path: Self.path, disk: found).document == document)
      } else {
        expectLogError(.ledgerDamaged) { _ = try LedgerFile(path: Self.path, disk: found) }
      }
    }
  }

  @Test("A flipped byte in the newest slot leaves the former document; in the only one it is an error")
  func flipped() throws {
    for place in 0..<24 + 40 {
      let disk = SimulatedDisk()
      var ledger = try LedgerFile(path: Self.path, disk: disk)
      try ledger.store([UInt8](repeating: 1, count: 40))
      disk.flip(16_384 + place, of: Self.path)
      expectLogError(.ledgerDamaged) { _ = try LedgerFile(path: Self.path, disk: disk.rebooted()) }
      disk.flip(16_384 + place, of: Self.path)
      try ledger.store([UInt8](repeating: 2, count: 40))
      disk.flip(place, of: Self.path)
      #expect(
        try LedgerFile(path: Self.path, disk: disk.rebooted()).document == [UInt8](repeating: 1, count: 40))
    }
  }

  @Test("A document above the bound is refused")
  func tooLarge() throws {
    var ledger = try LedgerFile(path: Self.path, disk: SimulatedDisk())
    try ledger.store([UInt8](repeating: 1, count: LedgerFile.documentBytesMax))
    do {
      try ledger.store([UInt8](repeating: 2, count: LedgerFile.documentBytesMax + 1))
      Issue.record("no error")
    } catch { #expect(error.code == .documentTooLarge) }
    #expect(ledger.document?.first == 1)
  }

  @Test(
    "Any name makes a file of its own and comes back",
    arguments: ["mimir", "a/b", "..", "%2F", "grüße 🐦", "x.ledger", String(repeating: "n", count: 200)])
  func names(name: String) throws {
    let disk = SimulatedDisk()
    let log = try openLog(disk)
    var ledger = try log.ledger(endpoint: name)
    try ledger.store([1])
    #expect(try log.ledgerEndpoints() == [name])
    #expect(disk.paths(in: "/log/endpoints").count == 1)
    try log.removeLedger(endpoint: name)
    try log.removeLedger(endpoint: name)
    #expect(try log.ledgerEndpoints().isEmpty)
  }

  @Test("A name that no file can have is refused", arguments: ["", String(repeating: "n", count: 201)])
  func unusableNames(name: String) throws {
    let log = try openLog(SimulatedDisk())
    expectLogError(.nameUnusable) { _ = try log.ledger(endpoint: name) }
  }

  @Test("The real disk keeps a ledger as well")
  func realDisk() throws {
    try withTemporaryDirectory { directory in
      let log = try DurableLog(directory: directory)
      var ledger = try log.ledger(endpoint: "e")
      try ledger.store([1, 2])
      try ledger.store([3])
      try ledger.sync()
      #expect(try log.ledger(endpoint: "e").document == [3])
    }
  }
}
