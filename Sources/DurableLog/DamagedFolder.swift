import Synchronization

/// Where goes what cannot be read: files that are no segments, and copies of damaged bytes. Nothing here is ever
/// removed.
final class DamagedFolder: Sendable {
  private static let pieceBytes = 256 << 10

  let path: String
  private let disk: any LogDisk
  private let copiedBytesMax: UInt64
  // Two readers may meet the same damage at once; the second must find the first one's copy finished.
  private let turn = Mutex<Void>(())

  init(path: String, disk: any LogDisk, copiedBytesMax: UInt64) {
    self.path = path
    self.disk = disk
    self.copiedBytesMax = copiedBytesMax
  }

  /// Moves the file `name` of `folder` here, under the first free name.
  /// - Returns: its new path.
  func setAside(_ name: String, of folder: String) throws(LogError) -> String {
    let source = folder + "/" + name
    do {
      let taken = Set(try disk.names(in: path))
      var target = name
      var attempt = 1
      while taken.contains(target) {
        target = "\(name).\(attempt)"
        attempt += 1
      }
      try disk.rename(source, to: path + "/" + target)
      return path + "/" + target
    } catch {
      throw .moving(source, error)
    }
  }

  /// Copies part of a segment here, once.
  /// - Returns: the path of the copy, or nil if it could not be made. The damage is reported either way, and the
  ///   original stays where it is, so a failed copy is no error.
  func copy(_ range: Range<UInt64>, of segment: SegmentNumber, in file: any LogFile) -> String? {
    turn.withLock { _ in
      let name = SegmentName.damagedPart(of: segment, range)
      let target = path + "/" + name
      do {
        let names = try disk.names(in: path)
        if names.contains(name) { return target }
        let copied = names.reduce(0 as UInt64) { $0 &+ (SegmentName.damagedPartBytes($1) ?? 0) }
        let room = copiedBytesMax > copied ? copiedBytesMax - copied : 0
        guard !range.isEmpty, UInt64(range.count) <= room else { return nil }
        try write(range, in: file, to: target + ".unfinished")
        try disk.rename(target + ".unfinished", to: target)
        return target
      } catch {
        return nil
      }
    }
  }

  private func write(_ range: Range<UInt64>, in file: any LogFile, to path: String) throws(DiskFailure) {
    let target = try disk.open(path, .existingOrNew)
    var window = ReadWindow(blockBytes: Self.pieceBytes)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = Int(min(range.upperBound - offset, UInt64(Self.pieceBytes)))
      guard let index = try window.index(of: offset, wanted: count, limit: range.upperBound, in: file) else { break }
      try target.writeAll(Array(window.bytes[index..<index + count]), at: offset - range.lowerBound)
      offset += UInt64(count)
    }
    try target.truncate(to: offset - range.lowerBound)
  }
}
