import Synchronization

/// A log of records on disk: appended at the end, read from any position, removed from the beginning.
///
/// ```swift
/// let log = try DurableLog(directory: "/var/lib/godwit")
/// let position = try log.append(lane: 3, kind: 1, sampleCount: 500) { segment, bytes in
///   bytes += batch.encoded(for: segment)
/// }
/// var reader = LogReader(log, from: position)
/// ```
///
/// What `append` has returned for survives the death of the process at any moment; what was appended before a `sync`
/// that returned survives a power cut. Whoever only looks, or reads, never waits for a write. The log knows records and
/// positions, and gives their bytes no meaning. All of its methods may be called from any thread. The bytes on disk are
/// drawn in docs/formats/log.md.
public final class DurableLog: Sendable {
  public let directory: String
  public let settings: LogSettings
  /// What was amiss when the log was opened.
  public let incidents: [LogIncident]

  let disk: any LogDisk
  let nowMs: @Sendable () -> Int64
  let writer: Mutex<LogWriter>
  let state: Mutex<LogState>
  /// Syncs come one at a time, so that those who wait for one can share the next.
  let syncTurn = Mutex<Void>(())
  let wait = DiskWait()
  let signal = AppendSignal()
  let damaged: DamagedFolder
  // Released with the last reference, also by the death of the process. An inspected log has none.
  private let lock: (any LogFile)?

  /// Opens the log in `directory`, which is made if missing.
  ///
  /// Only the last segment is walked through, and only its headers, so the time does not grow with the backlog. Nothing
  /// is cut or removed: a record that was not finished is forgotten where it lies, and the next append begins a new
  /// segment.
  /// - Parameter nowMs: milliseconds since the Unix epoch.
  /// - Throws: `directoryInUse` if another log has it open; `formatUnknown` if a newer version wrote it.
  public convenience init(
    directory: String, settings: LogSettings = LogSettings(), disk: any LogDisk = SystemDisk(),
    nowMs: @escaping @Sendable () -> Int64 = { SystemDisk.nowMs() }
  ) throws(LogError) {
    let damaged = DamagedFolder(
      path: directory + "/damaged", disk: disk, copiedBytesMax: settings.damagedBytesMax)
    for path in [directory, directory + "/segments", directory + "/endpoints", damaged.path] {
      do { try disk.makeDirectory(path) } catch { throw .opening(path, error) }
    }
    let lock = try Self.locked(directory + "/lock", disk, startedMs: nowMs())
    var opening = try LogOpening(folder: directory + "/segments", damaged: damaged, disk: disk)
    // A process that died may have left in the page cache what it never synced, so the first sync is about that too.
    var unsynced: [any LogFile] = []
    let tail = opening.state.segments.suffix(LogWriter.unsyncedSegmentsMax)
    for segment in tail {
      let path = directory + "/segments/" + SegmentName.file(segment.number)
      do { unsynced.append(try disk.open(path, .existing)) } catch { throw .opening(path, error) }
    }
    if let first = tail.first { opening.state.synced = LogPosition(segment: first.number, offset: 0) }
    self.init(
      directory: directory, settings: settings, disk: disk, nowMs: nowMs, damaged: damaged, lock: lock,
      opening: opening, unsynced: unsynced)
  }

  init(
    directory: String, settings: LogSettings, disk: any LogDisk, nowMs: @escaping @Sendable () -> Int64,
    damaged: DamagedFolder, lock: (any LogFile)?, opening: LogOpening, unsynced: [any LogFile] = []
  ) {
    self.lock = lock
    self.directory = directory
    self.settings = settings
    self.disk = disk
    self.nowMs = nowMs
    self.damaged = damaged
    incidents = opening.incidents
    writer = Mutex(LogWriter(unsynced: unsynced))
    state = Mutex(opening.state)
  }

  private static func locked(
    _ path: String, _ disk: any LogDisk, startedMs: Int64
  ) throws(LogError) -> any LogFile {
    let file: any LogFile
    let isOurs: Bool
    do {
      file = try disk.open(path, .existingOrNew)
      isOurs = try file.lock()
    } catch {
      throw .opening(path, error)
    }
    guard isOurs else { throw .directoryInUse(path, holder: holder(of: file)) }
    let note = Array("pid \(disk.processIdentifier) since \(startedMs) ms\n".utf8)
    // On a full disk the note may be missing; the lock holds without it.
    try? file.truncate(to: 0)
    try? file.writeAll(note, at: 0)
    return file
  }

  /// The process that a lock file names.
  private static func holder(of lock: any LogFile) -> String? {
    var bytes = [UInt8](repeating: 0, count: 64)
    guard let count = try? lock.readAll(into: &bytes, 0..<bytes.count, at: 0) else { return nil }
    let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    return words.count > 1 && words[0] == "pid" ? String(words[1]) : nil
  }

  /// Syncs and refuses further appends. Readers may go on to the end.
  public func close() throws(LogError) {
    writer.withLock { writer in
      seal(&writer)
      state.withLock { $0.isClosed = true }
    }
    try sync()
  }

  /// Calls `hear` for each record once it can be read, on the thread that appended it. Listen first, then
  /// read to the end, then wait to be called: so no append is overlooked.
  ///
  /// - Parameter hear: holds up whoever appends for as long as it takes.
  /// - Returns: what ends it; letting go of that does too.
  public func listen(_ hear: @escaping @Sendable (Append) -> Void) -> AppendListening { signal.listen(hear) }

  func path(of segment: SegmentNumber) -> String { directory + "/segments/" + SegmentName.file(segment) }
}
