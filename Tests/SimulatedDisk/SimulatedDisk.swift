package import DurableLog
package import GodwitTesting
package import Synchronization

/// A disk in memory that fails on request and can lose its power.
package final class SimulatedDisk: LogDisk {
  package init() {}

  package struct Content {
    package var bytes: [UInt8] = []
    /// What a power cut surely leaves.
    package var syncedBytes: [UInt8] = []
    package var isLocked = false
  }

  package struct State {
    /// Names to files; a file outlives its name as long as it is open.
    package var files: [String: SimulatedFile] = [:]
    package var directories: Set<String> = []
    /// By how many bytes files can still grow; nil for any number.
    package var room: Int?
    /// After these many bytes the process is dead: nothing it does has an effect any more.
    package var bytesUntilDeath: Int?
    package var isDead = false
    /// The largest count one write takes.
    package var writeBytesMax = Int.max
    /// Byte ranges of files that cannot be read.
    package var badSectors: [String: Range<UInt64>] = [:]
    package var failsTruncation = false
    package var failsReads = false
    package var failsSync = false
    package var syncs = 0
    /// Calls that hang until their gate is opened.
    package var gates: [Call: Gate] = [:]
  }

  package enum Call { case open, write, sync, directorySync }

  package let state = Mutex(State())
  package let processIdentifier: Int32 = 4711

  package func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  package func pass(_ call: Call) { state.withLock { $0.gates[call] }?.pass() }

  package func bytes(of path: String) -> [UInt8] {
    state.withLock { $0.files[path]?.content.withLock { $0.bytes } ?? [] }
  }

  package func put(_ bytes: [UInt8], at path: String) {
    let file = SimulatedFile(disk: self, path: path)
    file.content.withLock { $0.bytes = bytes }
    state.withLock { $0.files[path] = file }
  }

  package func paths(in directory: String) -> [String] {
    state.withLock { $0.files.keys.filter { $0.hasPrefix(directory + "/") }.sorted() }
  }

  /// The disk as the next process finds it.
  package func rebooted() -> SimulatedDisk {
    let next = SimulatedDisk()
    let now = state.withLock { ($0.files, $0.directories) }
    next.change { $0.directories = now.1 }
    for (path, file) in now.0 { next.put(file.content.withLock { $0.bytes }, at: path) }
    for (path, file) in now.0 {
      let synced = file.content.withLock { $0.syncedBytes }
      next.state.withLock { $0.files[path] }?.content.withLock { $0.syncedBytes = synced }
    }
    return next
  }

  /// The disk after a power cut: of what was not synced, each block of 512 bytes is there, zero, or beyond the end.
  package func afterPowerCut(using random: inout SeededRandom) -> SimulatedDisk {
    let next = rebooted()
    for path in next.paths(in: "").sorted() {
      guard let file = next.state.withLock({ $0.files[path] }) else { continue }
      let (bytes, synced) = file.content.withLock { ($0.bytes, $0.syncedBytes) }
      var left = synced
      if bytes.count > synced.count {
        left += [UInt8](repeating: 0, count: Int.random(in: 0...bytes.count - synced.count, using: &random))
      }
      for block in stride(from: 0, to: left.count, by: 512) where Bool.random(using: &random) {
        let kept = block..<max(block, min(block + 512, left.count, bytes.count))
        left.replaceSubrange(kept, with: bytes[kept])
      }
      file.content.withLock { $0.bytes = left }
    }
    return next
  }

  package func makeDirectory(_ path: String) { state.withLock { _ = $0.directories.insert(path) } }

  package func names(in directory: String) throws(DiskFailure) -> [String] {
    paths(in: directory).map { String($0.dropFirst(directory.count + 1)) }.filter { !$0.contains("/") }
  }

  package func open(_ path: String, _ opening: FileOpening) throws(DiskFailure) -> any LogFile {
    pass(.open)
    let created = SimulatedFile(disk: self, path: path)
    let (file, failure) = state.withLock { state -> (SimulatedFile?, DiskFailure?) in
      if let file = state.files[path] {
        return opening == .new ? (nil, .simulated("open", .nameTaken)) : (file, nil)
      }
      if opening == .existing { return (nil, .simulated("open", .nameUnknown)) }
      if state.isDead { return (nil, .simulated("open", .other)) }
      if state.room == 0 { return (nil, .simulated("open", .diskFull)) }
      state.files[path] = created
      return (created, nil)
    }
    if let failure { throw failure }
    guard let file else { throw .simulated("open", .other) }
    return SimulatedOpening(file: file)
  }

  package func rename(_ source: String, to target: String) throws(DiskFailure) {
    let isDone = state.withLock { state in
      guard !state.isDead, let file = state.files.removeValue(forKey: source) else { return false }
      state.files[target] = file
      return true
    }
    if !isDone { throw .simulated("rename", .nameUnknown) }
  }

  package func remove(_ path: String) throws(DiskFailure) {
    let isDone = state.withLock { !$0.isDead && $0.files.removeValue(forKey: path) != nil }
    if !isDone { throw .simulated("unlink", .nameUnknown) }
  }

  package func synchronizeDirectory(_ path: String) throws(DiskFailure) {
    pass(.directorySync)
    if state.withLock({ $0.failsSync || $0.isDead }) { throw .simulated("fsync", .mediumError) }
  }
}

package final class SimulatedFile: Sendable {
  package let disk: SimulatedDisk
  package let path: String
  package let content = Mutex(SimulatedDisk.Content())

  package init(disk: SimulatedDisk, path: String) {
    self.disk = disk
    self.path = path
  }
}

private final class SimulatedOpening: LogFile {
  let file: SimulatedFile
  let holdsLock = Mutex(false)

  init(file: SimulatedFile) { self.file = file }

  deinit {
    if holdsLock.withLock({ $0 }) { file.content.withLock { $0.isLocked = false } }
  }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    if file.disk.state.withLock({ $0.failsReads }) { throw .simulated("pread", .other) }
    let wanted = offset..<offset + UInt64(range.count)
    if file.disk.state.withLock({ $0.badSectors[file.path]?.overlaps(wanted) ?? false }) {
      throw .simulated("pread", .mediumError)
    }
    return file.content.withLock { content in
      let start = min(Int(offset), content.bytes.count)
      let count = min(range.count, content.bytes.count - start)
      buffer.replaceSubrange(range.lowerBound..<range.lowerBound + count, with: content.bytes[start..<start + count])
      return count
    }
  }

  func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: UInt64) throws(DiskFailure) -> Int {
    file.disk.pass(.write)
    let inPlace = max(0, file.content.withLock { $0.bytes.count } - Int(offset))
    let count = file.disk.state.withLock { state -> Int in
      if state.isDead { return 0 }
      var count = min(range.count, state.writeBytesMax, state.room.map { $0 + inPlace } ?? .max)
      if let left = state.bytesUntilDeath, left < count {
        count = left
        state.isDead = true
      }
      state.bytesUntilDeath = state.bytesUntilDeath.map { $0 - count }
      state.room = state.room.map { $0 - max(0, count - inPlace) }
      return count
    }
    if count == 0 { throw .simulated("pwrite", .diskFull) }
    file.content.withLock { content in
      let place = Int(offset)..<Int(offset) + count
      content.bytes += [UInt8](repeating: 0, count: max(0, place.upperBound - content.bytes.count))
      content.bytes.replaceSubrange(place, with: bytes[range.lowerBound..<range.lowerBound + count])
    }
    return count
  }

  func truncate(to bytes: UInt64) throws(DiskFailure) {
    if file.disk.state.withLock({ $0.failsTruncation || $0.isDead }) { throw .simulated("ftruncate", .mediumError) }
    file.content.withLock { content in
      content.bytes.removeSubrange(min(Int(bytes), content.bytes.count)...)
    }
  }

  func synchronize() throws(DiskFailure) {
    // What is written after the call began may or may not be confirmed by it; here it is not.
    let bytes = file.content.withLock { $0.bytes }
    file.disk.pass(.sync)
    let fails = file.disk.state.withLock { state in
      state.syncs += 1
      return state.failsSync || state.isDead
    }
    if fails { throw .simulated("fdatasync", .mediumError) }
    file.content.withLock { $0.syncedBytes = bytes }
  }

  func attributes() -> (bytes: UInt64, modifiedMs: Int64) {
    (UInt64(file.content.withLock { $0.bytes.count }), 0)
  }

  func lock() -> Bool {
    let isFree = file.content.withLock { content in
      if content.isLocked { return false }
      content.isLocked = true
      return true
    }
    if isFree { holdsLock.withLock { $0 = true } }
    return isFree
  }
}

extension DiskFailure {
  package static func simulated(_ call: String, _ kind: Kind) -> DiskFailure {
    DiskFailure(call: call, number: 5, reason: "simulated", kind: kind)
  }
}

extension SimulatedDisk {
  /// Changes the bytes of a file that may be open.
  package func overwrite(_ bytes: [UInt8], at path: String) {
    state.withLock { $0.files[path] }?.content.withLock { $0.bytes = bytes }
  }

  package func flip(_ place: Int, of path: String) {
    state.withLock { $0.files[path] }?.content.withLock { $0.bytes[place] ^= 0x40 }
  }
}
