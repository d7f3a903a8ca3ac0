import DurableLog
import SimulatedDisk
import Testing

@Suite("Quarantine")
struct QuarantineTests {
  @Test("What is kept is on the disk, and still there after a restart")
  func kept() throws {
    let disk = SimulatedDisk()
    var quarantine = try openLog(disk).quarantine(endpoint: "mimir/eu", bytesMax: 1000)
    let path = try #require(try quarantine.keep(Array("first".utf8)))
    #expect(path == "/log/quarantine/mimir%2Feu/00000000000000000001.refused")
    let reopened = try openLog(disk.rebooted()).quarantine(endpoint: "mimir/eu", bytesMax: 1000)
    #expect(reopened.count == 1)
    #expect(reopened.bytes == 5)
  }

  @Test("The oldest go when there are too many bytes, and the numbers go on")
  func bounded() throws {
    let disk = SimulatedDisk()
    var quarantine = try openLog(disk).quarantine(endpoint: "a", bytesMax: 100)
    var paths: [String] = []
    for _ in 0..<10 { paths.append(try #require(try quarantine.keep([UInt8](repeating: 1, count: 30)))) }
    #expect(quarantine.count == 3)
    #expect(quarantine.bytes == 90)
    #expect(quarantine.displacedCount == 7)
    #expect(Set(paths).count == 10)
    #expect(try disk.names(in: "/log/quarantine/a").sorted() == paths.suffix(3).map { String($0.suffix(28)) })
  }

  @Test("A document larger than the bound is not kept and displaces nothing")
  func tooLarge() throws {
    var quarantine = try openLog(SimulatedDisk()).quarantine(endpoint: "a", bytesMax: 100)
    _ = try quarantine.keep([1, 2, 3])
    #expect(try quarantine.keep([UInt8](repeating: 1, count: 101)) == nil)
    #expect(quarantine.count == 1)
  }

  @Test("On a full disk nothing half-written counts, and it works again when there is room", arguments: 0..<40)
  func diskFull(room: Int) throws {
    let disk = SimulatedDisk()
    var quarantine = try openLog(disk).quarantine(endpoint: "a", bytesMax: 1000)
    disk.change { $0.room = room }
    expectLogError(.diskFull) { _ = try quarantine.keep([UInt8](repeating: 7, count: 40)) }
    #expect(quarantine.count == 0)
    disk.change { $0.room = nil }
    _ = try quarantine.keep([UInt8](repeating: 8, count: 40))
    #expect(try openLog(disk.rebooted()).quarantine(endpoint: "a", bytesMax: 1000).bytes == 40)
  }

  @Test("What is there does not go for a document that could not be written")
  func nothingDisplacedInVain() throws {
    let disk = SimulatedDisk()
    var quarantine = try openLog(disk).quarantine(endpoint: "a", bytesMax: 100)
    for _ in 0..<3 { _ = try quarantine.keep([UInt8](repeating: 1, count: 30)) }
    disk.change { $0.room = 10 }
    expectLogError(.diskFull) { _ = try quarantine.keep([UInt8](repeating: 2, count: 30)) }
    #expect(quarantine.count == 3)
    #expect(quarantine.displacedCount == 0)
  }

  @Test("Files that an operator took away make room, and their numbers are not used again")
  func takenAway() throws {
    let disk = SimulatedDisk()
    var quarantine = try openLog(disk).quarantine(endpoint: "a", bytesMax: 100)
    for _ in 0..<3 { _ = try quarantine.keep([UInt8](repeating: 1, count: 30)) }
    let folder = try QuarantineFolder(directory: simulatedRoot, endpoint: "a", disk: disk)
    let files = try folder.files()
    #expect(files.map(\.bytes) == [30, 30, 30])
    #expect(try folder.contents(of: files[1], bytesMax: 4) == [1, 1, 1, 1])
    #expect(try folder.remove(files[2]))
    #expect(try !folder.remove(files[2]))
    #expect(try folder.contents(of: files[2], bytesMax: 4) == nil)
    try quarantine.refresh()
    #expect(quarantine.bytes == 60)
    #expect(try folder.remove(files[0]))
    let path = try #require(try quarantine.keep([UInt8](repeating: 2, count: 70)))
    #expect(path.hasSuffix("/00000000000000000004.refused"))
    #expect(quarantine.displacedCount == 0)
    #expect(quarantine.bytes == 100)
  }
}
