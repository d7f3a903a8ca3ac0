import DurableLog
import Settings

/// Which part of the log may go. Pure: it looks at sizes, ages and the slowest endpoint, and names two places.
struct Retention: Sendable {
  struct Decision: Equatable, Sendable {
    /// What lies before this segment has expired for endpoints that still wait for it; nil when nothing has.
    var expireBefore: SegmentNumber?
    /// Segments before this one are needed by nobody.
    var removeBefore: SegmentNumber
  }

  /// Bytes on disk; 0 means no bound.
  var bytesMax: UInt64
  /// For how long samples wait at most; zero means no bound.
  var ageMax: Duration

  /// - Parameter lowWater: the position before which no endpoint needs anything; nil without endpoints.
  func decide(_ segments: [SegmentSummary], lowWater: LogPosition?, nowMs: Int64) -> Decision {
    let newest = segments.last?.number ?? 0
    // Without endpoints nobody will ever read what is there: only the newest segment is kept, as it carries the count.
    let needed = min(lowWater?.segment ?? newest, newest)
    var floor: SegmentNumber = 0
    let ageMaxMs = ageMax.milliseconds
    var bytes = segments.reduce(0 as UInt64) { $0 &+ $1.bytes }
    for segment in segments.dropLast() {
      let isTooMuch = bytesMax > 0 && bytes > bytesMax
      let isTooOld = ageMaxMs > 0 && segment.lastAppendMs < nowMs - ageMaxMs
      guard isTooMuch || isTooOld else { break }
      floor = segment.number + 1
      bytes -= segment.bytes
    }
    return Decision(expireBefore: floor > needed ? floor : nil, removeBefore: needed)
  }
}
