import ByteCoding

/// A small document that survives being replaced at any moment: two slots, written in turn, each with a checksum.
/// Both have their room on the disk from the beginning, so that a disk that fills up later keeps no document from being
/// stored where the file system overwrites in place.
///
/// ```swift
/// var ledger = try log.ledger(endpoint: "mimir")
/// let positions = ledger.document
/// try ledger.store(newPositions)
/// ```
///
/// `store` is one `write(2)` without waiting for the disk: after the death of the process the newest document is there,
/// after a power cut it or one of those since the last `sync`. It has one owner and is not for concurrent use.
public struct LedgerFile: ~Copyable, Sendable {
  static let slotBytes = 16 << 10
  static let headerBytes = 24
  private static let magic: UInt32 = 0x4c77_6447  // "GdwL"
  /// Behind a document. In a slot that was zeros before, it is missing exactly if the write was cut off.
  private static let endMark: UInt8 = 0x9d

  /// The largest document, in bytes.
  public static let documentBytesMax = slotBytes - headerBytes - 1

  public let path: String
  /// The document last stored; nil if none ever was.
  public private(set) var document: [UInt8]?

  private let file: any LogFile
  private var generation: UInt64

  /// Opens the ledger and reads its newest whole document.
  /// - Throws: `ledgerDamaged` if documents were written and none can be read.
  public init(path: String, disk: any LogDisk = SystemDisk()) throws(LogError) {
    let file: any LogFile
    do { file = try disk.open(path, .existingOrNew) } catch { throw .opening(path, error) }
    var bytes = [UInt8](repeating: 0, count: 2 * Self.slotBytes)
    let count: Int
    do { count = try file.readAll(into: &bytes, 0..<bytes.count, at: 0) } catch { throw .reading(path, error) }
    bytes.removeSubrange(count...)
    let newest = try Self.newest(in: bytes, of: path)
    self.path = path
    self.file = file
    self.generation = newest?.generation ?? 0
    self.document = newest?.document
    if count < 2 * Self.slotBytes { takeRoom(after: newest == nil ? 0 : count) }
  }

  /// The newest whole document of a ledger that another process may be storing to: nothing is made or changed.
  /// - Returns: nil if none was ever stored.
  /// - Throws: `fileNotOpened` also where there is no such file.
  static func document(inspecting path: String, disk: any LogDisk) throws(LogError) -> [UInt8]? {
    // While one slot is written the other is whole, but both may be written in turn during one slow look.
    var attempt = 0
    while true {
      attempt += 1
      var bytes = [UInt8](repeating: 0, count: 2 * slotBytes)
      do {
        bytes.removeSubrange(try disk.open(path, .existing).readAll(into: &bytes, 0..<bytes.count, at: 0)...)
      } catch {
        throw .opening(path, error)
      }
      do {
        return try newest(in: bytes, of: path)?.document
      } catch {
        if attempt == inspectionsMax { throw error }
      }
    }
  }

  private static let inspectionsMax = 3

  private static func newest(
    in bytes: [UInt8], of path: String
  ) throws(LogError) -> (generation: UInt64, document: [UInt8])? {
    let slots = [0, 1].map { Slot.read(bytes, at: $0 * slotBytes) }
    var newest: (generation: UInt64, document: [UInt8])?
    for case .whole(let generation, let document) in slots where generation >= newest?.generation ?? 0 {
      newest = (generation, document)
    }
    // A first document that was cut off while it was written has never been promised to anyone; anything else has.
    if newest == nil, !slots.allSatisfy({ $0 == .unfinished }) { throw .ledgerDamaged(path) }
    return newest
  }

  /// Fills the file with zeros up to its full size. A document that an earlier version stored has no mark behind it, so
  /// it is stored again. Without room for that the ledger works as it always did: it needs some when it is stored.
  private mutating func takeRoom(after count: Int) {
    do {
      try file.writeAll([UInt8](repeating: 0, count: 2 * Self.slotBytes - count), at: UInt64(count))
      if let document { try store(document) }
    } catch {
      // What was taken of the last room goes back: others need it. If not, zeros at the end do no harm.
      try? file.truncate(to: UInt64(count))
    }
  }

  /// Replaces the document. If it throws, the former document is still in place, here and on disk.
  /// - Complexity: O(document); one system call.
  public mutating func store(_ document: [UInt8]) throws(LogError) {
    guard document.count <= Self.documentBytesMax else {
      throw .documentTooLarge(path, count: document.count, max: Self.documentBytesMax)
    }
    // Wraps only after 2^64 stores. The slot that holds the current document is never the one written to.
    let next = generation &+ 1
    var slot = [UInt8](repeating: 0, count: Self.headerBytes)
    slot.reserveCapacity(Self.headerBytes + document.count + 1)
    slot.put(Self.magic, at: 0)
    slot.put(UInt32(document.count), at: 4)
    slot.put(next, at: 8)
    slot += document
    slot.put(Checksum.crc32c(slot[Self.headerBytes...]), at: 16)
    slot.put(Checksum.crc32c(slot[..<20]), at: 20)
    slot.append(Self.endMark)
    do {
      try file.writeAll(slot, at: (next & 1) * UInt64(Self.slotBytes))
    } catch {
      throw .writing(path, error)
    }
    generation = next
    self.document = document
  }

  /// Returns when the newest document would outlive a power cut.
  public func sync() throws(LogError) {
    do { try file.synchronize() } catch { throw .syncing(path, error) }
  }

  private enum Slot: Equatable {
    case whole(generation: UInt64, document: [UInt8])
    /// Nothing there, or cut off before its end.
    case unfinished
    case damaged

    static func read(_ bytes: [UInt8], at start: Int) -> Slot {
      let first = start + headerBytes
      guard first <= bytes.count else { return .unfinished }
      let isRoomTaken = bytes.count == 2 * slotBytes
      let count = Int(bytes.number(UInt32.self, at: start + 4))
      // Files of earlier versions may hold a document that fills the slot, without a mark.
      guard bytes.number(UInt32.self, at: start) == magic, count <= slotBytes - headerBytes,
        Checksum.crc32c(bytes[start..<start + 20]) == bytes.number(UInt32.self, at: start + 20)
      else {
        // A header that was cut off lacks at least its last byte, and all that comes behind it.
        let isCutOff = bytes[first - 1..<min(start + slotBytes, bytes.count)].allSatisfy { $0 == 0 }
        let isBlank = isCutOff && bytes[start..<first].allSatisfy { $0 == 0 }
        return isBlank || (isCutOff && isRoomTaken) ? .unfinished : .damaged
      }
      let end = first + count
      guard end <= bytes.count else { return .unfinished }
      if Checksum.crc32c(bytes[first..<end]) == bytes.number(UInt32.self, at: start + 16) {
        return .whole(generation: bytes.number(at: start + 8), document: Array(bytes[first..<end]))
      }
      return isRoomTaken && end < bytes.count && bytes[end] == 0 ? .unfinished : .damaged
    }
  }
}
