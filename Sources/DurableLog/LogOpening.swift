/// Something that was found amiss when the log was opened, and dealt with.
public struct LogIncident: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// A file among the segments is empty, foreign or has no readable header; it was moved to `damaged/`.
    case fileSetAside
    /// The same, met by an inspection, which moves nothing.
    case fileForeign
    /// Numbers are missing between segments; readers step over them and say so.
    case segmentsMissing
    /// The last segment ends in a record that was never finished; it had not been taken.
    case tailTorn
    /// The last segment ends in bytes that are no record.
    case tailDamaged
  }

  public let kind: Kind
  /// One sentence with the particulars.
  public let message: String
  public let path: String
}

/// Finds out what a directory holds. Costs one small read per segment and a walk over the headers of the last one.
struct LogOpening {
  enum Purpose {
    /// To append: what is no segment makes room.
    case writing
    /// To look, perhaps beside the process that writes: nothing is moved, and what that process is just about counts as
    /// not yet there. The time is that of the look, in milliseconds since the Unix epoch.
    case inspecting(atMs: Int64)
  }

  /// How long after its last write a file that is not whole may still be one that a process is writing.
  private static let growingAgeMaxMs: Int64 = 10_000

  let purpose: Purpose
  let folder: String
  let damaged: DamagedFolder
  let disk: any LogDisk
  var state = LogState()
  var incidents: [LogIncident] = []

  init(
    folder: String, damaged: DamagedFolder, disk: any LogDisk, purpose: Purpose = .writing
  ) throws(LogError) {
    self.purpose = purpose
    self.folder = folder
    self.damaged = damaged
    self.disk = disk
    try listSegments()
    connectSegments()
    try findEnd()
  }

  private mutating func listSegments() throws(LogError) {
    let names: [String]
    let namesAside: [String]
    do { names = try disk.names(in: folder) } catch { throw .listing(folder, error) }
    do { namesAside = try disk.names(in: damaged.path) } catch {
      // A log of which nothing was ever damaged may have been copied without that folder.
      guard isInspection, error.kind == .nameUnknown else { throw .listing(damaged.path, error) }
      namesAside = []
    }
    for name in names.sorted() {
      if let number = SegmentName.number(name) {
        // A number that was used once may be in a ledger, so it is not used again even if its file is worth nothing.
        state.nextNumber = max(state.nextNumber, number + 1)
        switch try find(number, name) {
        case .segment(let entry):
          state.segments.append(entry)
          continue
        case .gone:
          // The process that writes removes from the beginning: what is older is gone as well, or about to go.
          state.segments = []
          continue
        case .justBegun: continue
        case .unreadable: break
        }
      }
      try setAside(name)
    }
    for number in namesAside.compactMap(SegmentName.leadingNumber) {
      state.nextNumber = max(state.nextNumber, number + 1)
    }
  }

  private mutating func setAside(_ name: String) throws(LogError) {
    if isInspection {
      incidents.append(
        LogIncident(kind: .fileForeign, message: "\(name) is no readable segment.", path: folder + "/" + name))
      return
    }
    let target = try damaged.setAside(name, of: folder)
    incidents.append(
      LogIncident(kind: .fileSetAside, message: "\(name) is no readable segment; it is kept.", path: target))
  }

  private var isInspection: Bool {
    if case .inspecting = purpose { true } else { false }
  }

  /// Whether another process may be writing a file that was last written then.
  private func mayBeGrowing(lastWrittenMs: Int64) -> Bool {
    guard case .inspecting(let nowMs) = purpose else { return false }
    return lastWrittenMs >= nowMs - Self.growingAgeMaxMs
  }

  private enum Found {
    case segment(SegmentEntry)
    /// Removed since the names were read.
    case gone
    /// Another process has made the file and not yet written its header.
    case justBegun
    /// Not a segment, or not the one its name says.
    case unreadable
  }

  private func find(_ number: SegmentNumber, _ name: String) throws(LogError) -> Found {
    let path = folder + "/" + name
    let attributes: (bytes: UInt64, modifiedMs: Int64)
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.bytes)
    do {
      let file = try disk.open(path, .existing)
      attributes = try file.attributes()
      bytes.removeSubrange(try file.readAll(into: &bytes, 0..<bytes.count, at: 0)...)
    } catch {
      // A bad sector under one header must not keep the agent from starting.
      if error.kind == .mediumError { return .unreadable }
      if error.kind == .nameUnknown && isInspection { return .gone }
      throw .opening(path, error)
    }
    if attributes.bytes < UInt64(SegmentHeader.bytes), mayBeGrowing(lastWrittenMs: attributes.modifiedMs) {
      return .justBegun
    }
    do {
      let header = try SegmentHeader.decoded(bytes)
      guard header.number == number, attributes.bytes >= UInt64(SegmentHeader.bytes) else { return .unreadable }
      return .segment(
        SegmentEntry(
          number: number, salt: header.salt, firstSequence: header.firstSequence, createdMs: header.createdMs,
          end: attributes.bytes, endSequence: nil, lastAppendMs: max(header.createdMs, attributes.modifiedMs),
          isGrowing: false))
    } catch .formatUnknown(let version) {
      throw .formatUnknown(path, version: version)
    } catch {
      return .unreadable
    }
  }

  private mutating func connectSegments() {
    for (index, next) in state.segments.enumerated().dropFirst() {
      let number = state.segments[index - 1].number
      // A copied file has a younger time than its last record; its successor's beginning is a second bound.
      let created = state.segments[index - 1].createdMs
      let last = state.segments[index - 1].lastAppendMs
      state.segments[index - 1].lastAppendMs = max(created, min(last, next.createdMs))
      if next.number == number + 1 {
        state.segments[index - 1].endSequence = next.firstSequence
      } else {
        incidents.append(
          LogIncident(
            kind: .segmentsMissing, message: "Segments \(number + 1) to \(next.number - 1) are missing.", path: folder))
      }
    }
  }

  private mutating func findEnd() throws(LogError) {
    guard let last = state.segments.last else {
      state.end = LogPosition(segment: state.nextNumber, offset: 0)
      return
    }
    let path = folder + "/" + SegmentName.file(last.number)
    var lastAppendMs = last.createdMs
    let mayGrow = mayBeGrowing(lastWrittenMs: last.lastAppendMs)
    var window = ReadWindow(blockBytes: ReadWindow.scanBlockBytes)
    var endSequence = last.firstSequence
    do {
      var walk = SegmentWalk(
        file: try disk.open(path, .existing), salt: last.salt, from: UInt64(SegmentHeader.bytes),
        expectedSequence: last.firstSequence)
      walking: while true {
        switch try walk.step(limit: last.end, &window) {
        case .record(let header, _): lastAppendMs = max(lastAppendMs, header.timeMs)
        case .torn(let range): if !mayGrow { report(.tailTorn, range, path) }
        case .damaged(let range, resumingAt: nil): report(.tailDamaged, range, path)
        case .damaged: break
        case .end: break walking
        }
      }
      endSequence = walk.expectedSequence ?? endSequence
    } catch {
      throw .reading(path, error)
    }
    state.segments[state.segments.count - 1].lastAppendMs = lastAppendMs
    state.segments[state.segments.count - 1].endSequence = endSequence
    state.endSequence = endSequence
    state.end = LogPosition(segment: last.number, offset: last.end)
    state.synced = state.end
  }

  private mutating func report(_ kind: LogIncident.Kind, _ range: Range<UInt64>, _ path: String) {
    incidents.append(
      LogIncident(
        kind: kind, message: "\(range.count) bytes from offset \(range.lowerBound) on are no record.", path: path))
  }
}
