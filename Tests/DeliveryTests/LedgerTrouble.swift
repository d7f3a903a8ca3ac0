import DurableLog
import Synchronization

/// The real disk, on which writing to ledgers fails while a test says so.
final class LedgerTrouble: LogDisk {
  private let disk = SystemDisk()
  private let isFailing = Mutex(false)

  var fails: Bool {
    get { isFailing.withLock { $0 } }
    set { isFailing.withLock { $0 = newValue } }
  }

  var processIdentifier: Int32 { disk.processIdentifier }
  func makeDirectory(_ path: String) throws(DiskFailure) { try disk.makeDirectory(path) }
  func names(in directory: String) throws(DiskFailure) -> [String] { try disk.names(in: directory) }
  func rename(_ source: String, to target: String) throws(DiskFailure) { try disk.rename(source, to: target) }
  func remove(_ path: String) throws(DiskFailure) { try disk.remove(path) }
  func synchronizeDirectory(_ path: String) throws(DiskFailure) { try disk.synchronizeDirectory(path) }

  func open(_ path: String, _ opening: FileOpening) throws(DiskFailure) -> any LogFile {
    let file = try disk.open(path, opening)
    return path.contains("/endpoints/") ? Ledger(file, self) : file
  }

  private final class Ledger: LogFile {
    private let file: any LogFile
    private let trouble: LedgerTrouble

    init(_ file: any LogFile, _ trouble: LedgerTrouble) {
      self.file = file
      self.trouble = trouble
    }

    func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
      try file.read(into: &buffer, range, at: offset)
    }

    func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
      if trouble.fails { throw DiskFailure(call: "pwrite", number: 5, reason: "by script", kind: .mediumError) }
      return try file.write(bytes, range, at: offset)
    }

    func truncate(to bytes: UInt64) throws(DiskFailure) { try file.truncate(to: bytes) }
    func synchronize() throws(DiskFailure) { try file.synchronize() }
    func attributes() throws(DiskFailure) -> (bytes: UInt64, modifiedMs: Int64) { try file.attributes() }
    func lock() throws(DiskFailure) -> Bool { try file.lock() }
  }
}
