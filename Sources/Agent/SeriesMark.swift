import MetricModel

/// What the store needs of a pushed series to write its samples, in one word that is never 0: its number, its lane,
/// whether it has metadata, and how many bytes its labels and metadata take.
struct SeriesMark: Hashable, Sendable {
  private static let laneShift: UInt64 = 32
  private static let metadataBit: UInt64 = 1 << 36
  private static let presentBit: UInt64 = 1 << 37
  private static let bytesShift: UInt64 = 38
  private static let bytesMax = 1 << 26 - 1

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// - Parameter byteCount: more than 64 MiB count as that; intake's limits are far below.
  init(_ id: SeriesID, lane: UInt32, hasMetadata: Bool, byteCount: Int) {
    rawValue =
      UInt64(id.rawValue) | UInt64(PushLane.index(of: lane)) << Self.laneShift | (hasMetadata ? Self.metadataBit : 0)
      | Self.presentBit | UInt64(min(max(0, byteCount), Self.bytesMax)) << Self.bytesShift
  }

  /// Of a series that is not written.
  static let absent = SeriesMark(rawValue: 0)

  var isPresent: Bool { rawValue != 0 }
  var id: SeriesID { SeriesID(rawValue: UInt32(truncatingIfNeeded: rawValue)) }
  /// Which of ``PushLane/all`` it is.
  var laneIndex: Int { Int(truncatingIfNeeded: rawValue >> Self.laneShift) & 0xf }
  var hasMetadata: Bool { rawValue & Self.metadataBit != 0 }
  var byteCount: Int { Int(rawValue >> Self.bytesShift) }
}
