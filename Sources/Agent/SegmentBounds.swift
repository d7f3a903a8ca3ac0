import Settings

/// When a segment of the log is closed, so that bounds on the log can be kept.
///
/// Whole segments expire. With segments of an eighth of the smallest bound, what goes is at most that eighth more than
/// the bound asks for.
struct SegmentBounds: Equatable, Sendable {
  /// How many segments the smallest bound holds.
  static let segmentsInBound: UInt64 = 8
  /// Below this even a small log would be more files than samples.
  static let bytesLeast: UInt64 = 64 << 10
  static let ageLeastMs: Int64 = 1000

  var bytesMax: UInt64
  var ageMaxMs: Int64

  /// - Parameters:
  ///   - bytesMax, ageMaxMs: what a segment may be without bounds.
  ///   - bounds: those of the whole log and of every endpoint.
  init(bytesMax: UInt64, ageMaxMs: Int64, bounds: [BacklogBounds]) {
    self.bytesMax = bytesMax
    self.ageMaxMs = ageMaxMs
    if let least = bounds.map(\.bytesMax).filter({ $0 > 0 }).min() {
      self.bytesMax = min(bytesMax, max(least / Self.segmentsInBound, Self.bytesLeast))
    }
    if let least = bounds.map(\.ageMax.milliseconds).filter({ $0 > 0 }).min() {
      self.ageMaxMs = min(ageMaxMs, max(least / Int64(Self.segmentsInBound), Self.ageLeastMs))
    }
  }
}
