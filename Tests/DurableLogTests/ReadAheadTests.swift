import DurableLog
import Synchronization
import Testing

/// A disk that counts the bytes read from its files.
private final class CountingDisk: LogDisk {
  private let disk = SystemDisk()
  private let counted = Mutex(0)

  var bytesRead: Int { counted.withLock { $0 } }
  func count(_ bytes: Int) { counted.withLock { $0 += bytes } }

  var processIdentifier: Int32 { disk.processIdentifier }
  func makeDirectory(_ path: String) throws(DiskFailure) { try disk.makeDirectory(path) }
  func names(in directory: String) throws(DiskFailure) -> [String] { try disk.names(in: directory) }
  func open(_ path: String, _ opening: FileOpening) throws(DiskFailure) -> any LogFile {
    CountingFile(file: try disk.open(path, opening), disk: self)
  }
  func rename(_ source: String, to target: String) throws(DiskFailure) { try disk.rename(source, to: target) }
  func remove(_ path: String) throws(DiskFailure) { try disk.remove(path) }
  func synchronizeDirectory(_ path: String) throws(DiskFailure) { try disk.synchronizeDirectory(path) }
}

private final class CountingFile: LogFile {
  private let file: any LogFile
  private let disk: CountingDisk

  init(file: any LogFile, disk: CountingDisk) {
    self.file = file
    self.disk = disk
  }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    let count = try file.read(into: &buffer, range, at: offset)
    disk.count(count)
    return count
  }
  func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    try file.write(bytes, range, at: offset)
  }
  func truncate(to bytes: UInt64) throws(DiskFailure) { try file.truncate(to: bytes) }
  func synchronize() throws(DiskFailure) { try file.synchronize() }
  func attributes() throws(DiskFailure) -> (bytes: UInt64, modifiedMs: Int64) { try file.attributes() }
  func lock() throws(DiskFailure) -> Bool { try file.lock() }
}

@Suite("Reading ahead")
struct ReadAheadTests {
  @Test(
    "Records of other lanes cost a look at their headers, whether a backlog is read or the end is followed",
    arguments: [true, false])
  func otherLanes(isBacklog: Bool) throws {
    try withTemporaryDirectory { directory in
      let disk = CountingDisk()
      let log = try DurableLog(directory: directory, settings: LogSettings(), disk: disk, nowMs: { 1 })
      let lanes: UInt32 = 50
      let records = (0..<500).map { Entry.numbered($0, lane: UInt32($0) % lanes, bytes: 9_000) }
      var own: [Entry] = []
      var reader = LogReader(log, from: .start)
      let before = disk.bytesRead
      for entry in records {
        try log.append(entry)
        if !isBacklog { own += try reader.readToEnd { $0 == 3 }.entries }
      }
      own += try reader.readToEnd { $0 == 3 }.entries
      #expect(own == records.filter { $0.lane == 3 })
      // The log is fifty times what is wanted of it.
      #expect(disk.bytesRead - before < 10 * own.count * 9_000)
    }
  }

  @Test("A reader of all lanes reads each byte about once, in big blocks or as it comes", arguments: [true, false])
  func allLanes(isBacklog: Bool) throws {
    try withTemporaryDirectory { directory in
      let disk = CountingDisk()
      let log = try DurableLog(directory: directory, settings: LogSettings(), disk: disk, nowMs: { 1 })
      let records = (0..<500).map { Entry.numbered($0, lane: UInt32($0), bytes: $0 % 7 == 0 ? 60_000 : 900) }
      var read: [Entry] = []
      var reader = LogReader(log, from: .start)
      let before = disk.bytesRead
      for entry in records {
        try log.append(entry)
        if !isBacklog { read += try reader.readToEnd().entries }
      }
      read += try reader.readToEnd().entries
      #expect(read == records)
      let bytes = records.reduce(0) { $0 + $1.payload.count }
      #expect(disk.bytesRead - before < bytes * 3 / 2)
    }
  }

  @Test("A reader that gave its memory back goes on where it was")
  func givenBack() throws {
    try withTemporaryDirectory { directory in
      let log = try DurableLog(directory: directory, settings: LogSettings(), nowMs: { 1 })
      var reader = LogReader(log, from: .start)
      for number in 0..<20 {
        try log.append(.numbered(number, bytes: 5_000))
        #expect(try reader.readToEnd().entries == [.numbered(number, bytes: 5_000)])
        reader.giveBack()
        #expect(reader.bytes.isEmpty)
      }
    }
  }
}
