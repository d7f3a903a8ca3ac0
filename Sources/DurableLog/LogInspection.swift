/// A look at a log and at its ledgers that changes nothing.
///
/// ```swift
/// for endpoint in try LogInspection.ledgerEndpoints(in: directory) {
///   let document = try LogInspection.ledgerDocument(endpoint: endpoint, in: directory)
/// }
/// let inspection = try LogInspection(directory: directory)
/// var reader = inspection.reader(from: .start)
/// ```
///
/// It takes no lock, makes, moves and copies no file, and works beside a process that has the log open. What it shows of
/// the segments is how they were when it was made; a reader from it ends there. Segments which that process removes
/// meanwhile are reported as missing by readers, with ``exists(_:)`` to tell that from a gap.
public struct LogInspection: LogSource {
  public let directory: String
  private let log: DurableLog
  private let disk: any LogDisk

  /// Costs one small read per segment and a walk over the headers of the last one.
  /// - Parameter nowMs: milliseconds since the Unix epoch; a torn tail younger than ten seconds is taken for one that is
  ///   just being written.
  /// - Throws: `directoryNotListed` if there is no log; `formatUnknown` if a newer version wrote it.
  public init(
    directory: String, disk: any LogDisk = SystemDisk(), nowMs: Int64 = SystemDisk.nowMs()
  ) throws(LogError) {
    // Without room for copies the folder is only ever looked at.
    let damaged = DamagedFolder(path: directory + "/damaged", disk: disk, copiedBytesMax: 0)
    let opening = try LogOpening(
      folder: directory + "/segments", damaged: damaged, disk: disk, purpose: .inspecting(atMs: nowMs))
    log = DurableLog(
      directory: directory, settings: LogSettings(), disk: disk, nowMs: { nowMs }, damaged: damaged, lock: nil,
      opening: opening)
    self.directory = directory
    self.disk = disk
  }

  /// What is amiss; nothing was done about it.
  public var incidents: [LogIncident] { log.incidents }
  public var endAndSequence: (position: LogPosition, sequence: UInt64) { log.endAndSequence }
  public func segments() -> [SegmentSummary] { log.segments() }
  public func reader(from position: LogPosition) -> LogReader { log.reader(from: position) }

  /// Whether the file of a segment is there now.
  public func exists(_ segment: SegmentNumber) -> Bool {
    (try? disk.open(log.path(of: segment), .existing)) != nil
  }

  /// The path of a segment's file.
  public func path(of segment: SegmentNumber) -> String { log.path(of: segment) }

  /// The newest document of an endpoint's ledger; nil if none was ever stored.
  ///
  /// It is read before the log is looked at by whoever holds the two against each other: what the log takes later then
  /// counts as waiting, never as missing.
  /// - Throws: `ledgerDamaged` if documents were written and none can be read.
  public static func ledgerDocument(
    endpoint: String, in directory: String, disk: any LogDisk = SystemDisk()
  ) throws(LogError) -> [UInt8]? {
    let folder = directory + "/endpoints"
    guard let name = EndpointName.fileName(endpoint) else { throw .nameUnusable(endpoint, path: folder) }
    return try LedgerFile.document(inspecting: folder + "/" + name, disk: disk)
  }

  /// The endpoints that have a ledger in the storage path `directory`, sorted.
  /// - Throws: `directoryNotListed` if there is no log.
  public static func ledgerEndpoints(
    in directory: String, disk: any LogDisk = SystemDisk()
  ) throws(LogError) -> [String] {
    let folder = directory + "/endpoints"
    do {
      return try disk.names(in: folder).compactMap(EndpointName.endpoint(ofFile:)).sorted()
    } catch {
      throw .listing(folder, error)
    }
  }

  /// What lies in `damaged/`, by name.
  public func damagedFiles() throws(LogError) -> [(name: String, bytes: UInt64)] {
    let folder = directory + "/damaged"
    return try names(in: folder).sorted().compactMap { name in
      (try? disk.open(folder + "/" + name, .existing).attributes()).map { (name, $0.bytes) }
    }
  }

  /// A folder that is not there holds nothing.
  private func names(in folder: String) throws(LogError) -> [String] {
    do {
      return try disk.names(in: folder)
    } catch {
      if error.kind == .nameUnknown { return [] }
      throw .listing(folder, error)
    }
  }
}
