/// The part of a segment that is in memory: read in blocks, reused from block to block.
struct ReadWindow: Sendable {
  /// For walks that look at headers only and mostly jump.
  static let scanBlockBytes = 16 << 10
  /// A buffer that grew beyond this for one large record is given back afterwards.
  private static let keptBytesMax = 4 << 20
  private static let pageBytes = 4096

  private(set) var bytes: [UInt8] = []
  /// How much is read where less is asked for.
  var blockBytes: Int
  private var start: UInt64 = 0
  private var count = 0

  init(blockBytes: Int) { self.blockBytes = blockBytes }

  /// Forgets what is in memory, because another file comes next.
  mutating func forget() { count = 0 }

  /// Forgets what is in memory and gives the memory back.
  mutating func giveBack() {
    bytes = []
    count = 0
  }

  /// Makes sure that `wanted` bytes from `offset` on are in memory, and never reads at or beyond `limit`.
  /// - Returns: the index of `offset` in `bytes`, or nil when the file ends too early.
  mutating func index(
    of offset: UInt64, wanted: Int, limit: UInt64, in file: any LogFile
  ) throws(DiskFailure) -> Int? {
    if let index = held(offset, wanted) { return index }
    try fill(from: offset, Int(min(UInt64(max(wanted, blockBytes)), limit - min(offset, limit))), file)
    return held(offset, wanted)
  }

  private func held(_ offset: UInt64, _ wanted: Int) -> Int? {
    guard offset >= start, offset - start <= UInt64(count) else { return nil }
    let index = Int(offset - start)
    return count - index >= wanted ? index : nil
  }

  private mutating func fill(from offset: UInt64, _ length: Int, _ file: any LogFile) throws(DiskFailure) {
    if bytes.count < length || (bytes.count > Self.keptBytesMax && length <= Self.keptBytesMax / 4) {
      bytes = [UInt8](repeating: 0, count: Self.room(for: length))
    }
    start = offset
    count = 0
    do {
      count = try file.readAll(into: &bytes, 0..<length, at: offset)
    } catch {
      guard error.kind == .mediumError else { throw error }
      count = try fillAroundBadPages(from: offset, length, file)
    }
  }

  /// Somewhat more than asked for, since the next record is rarely of the same size.
  private static func room(for length: Int) -> Int {
    let step = max(pageBytes, (length / 4) & -pageBytes)
    return (length + step - 1) / step * step
  }

  /// Reads page by page and leaves zeros where the medium gives nothing, so that one bad sector costs the records in it
  /// and not all that lies behind it.
  private mutating func fillAroundBadPages(
    from offset: UInt64, _ length: Int, _ file: any LogFile
  ) throws(DiskFailure) -> Int {
    var done = 0
    while done < length {
      let pageRest = Self.pageBytes - Int((offset + UInt64(done)) % UInt64(Self.pageBytes))
      let piece = done..<min(length, done + pageRest)
      do {
        let count = try file.readAll(into: &bytes, piece, at: offset + UInt64(done))
        done += count
        if count < piece.count { break }
      } catch {
        guard error.kind == .mediumError else { throw error }
        for index in piece { bytes[index] = 0 }
        done = piece.upperBound
      }
    }
    return done
  }
}
