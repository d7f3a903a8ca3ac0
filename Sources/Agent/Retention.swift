import DurableLog
import Settings

/// Which part of the log may go, what expires for whom, and whether the log may take more. Pure: it looks at segments,
/// positions and the time, and remembers nothing; what was decided last is given to it again.
struct Retention: Sendable {
  /// What has to be known of an endpoint.
  struct Endpoint: Sendable {
    var name: String
    /// The position before which it needs nothing.
    var lowWater: LogPosition
    var bounds: BacklogBounds
  }

  /// Whose bound it is.
  enum Holder: Hashable, Sendable {
    case log
    case endpoint(String)
  }

  struct Bound: Hashable, Sendable {
    enum Measure: Hashable, Sendable { case bytes, age }
    var holder: Holder
    var measure: Measure
  }

  /// What lies before `segment` has expired for an endpoint.
  struct Floor: Equatable, Sendable {
    var segment: SegmentNumber
    var because: Bound
  }

  /// The log takes nothing because what `holder` counts has reached its bound.
  struct Refusal: Equatable, Sendable {
    var holder: Holder
    var bytes: UInt64
    var bytesMax: UInt64
  }

  struct Decision: Equatable, Sendable {
    /// What expires, by endpoint; only where it still waits for something before the floor.
    var floors: [String: Floor] = [:]
    /// Endpoints that lose samples to a bound: those with a floor, and those that had one and are still close to it.
    var expiring: [String: Bound] = [:]
    /// Segments before this one are needed by nobody.
    var removeBefore: SegmentNumber = 0
    /// Not empty: new samples are not taken.
    var refusals: [Refusal] = []
  }

  /// A refusal ends below this many hundredths of its bound, so that it does not come and go with every request.
  static let releasePercent: UInt64 = 90
  /// Expiry counts as over below this many hundredths of the bound: a segment that goes frees up to an eighth.
  static let calmPercent: UInt64 = 75

  /// Bounds of the whole log: of what its segments take on disk.
  var bounds: BacklogBounds

  /// - Parameters:
  ///   - segments: oldest first.
  ///   - end: the position behind the last record.
  ///   - last: what was decided before.
  /// - Complexity: O(segments · endpoints).
  func decide(
    _ segments: [SegmentSummary], endpoints: [Endpoint], end: LogPosition, nowMs: Int64, last: Decision = Decision()
  ) -> Decision {
    var decision = Decision()
    let newest = segments.last?.number ?? 0
    // Without endpoints nobody will ever read what is there: only the newest segment is kept, as it carries the count.
    decision.removeBefore = min(endpoints.map(\.lowWater.segment).min() ?? newest, newest)
    let onDisk = segments.reduce(0 as UInt64) { $0 &+ $1.bytes }
    for endpoint in endpoints where endpoint.lowWater < end {
      let backlog = Backlog(segments, from: endpoint.lowWater)
      for (bound, limits, bytes) in [
        (Holder.endpoint(endpoint.name), endpoint.bounds, backlog.bytes), (.log, bounds, onDisk),
      ] {
        let considered = bound == .log ? segments[...] : backlog.segments
        let mayDrop = limits.atCap == .dropOldest && endpoint.bounds.atCap == .dropOldest
        note(
          Expiry(of: considered, bytes: bytes, limits, mayDrop: mayDrop, nowMs: nowMs), of: bound, for: endpoint,
          was: last.expiring[endpoint.name], in: &decision)
      }
      if endpoint.bounds.atCap == .refuseNew {
        refuse(.endpoint(endpoint.name), backlog.bytes, endpoint.bounds.bytesMax, last, &decision)
      }
    }
    // What an endpoint waits for that refuses rather than lose samples cannot be dropped for the log's sake either.
    let holding = endpoints.filter {
      $0.lowWater < end && (bounds.atCap == .refuseNew || $0.bounds.atCap == .refuseNew)
    }
    if let first = holding.map(\.lowWater.segment).min() {
      let held = segments.drop { $0.number < first }.reduce(0 as UInt64) { $0 &+ $1.bytes }
      refuse(.log, held, bounds.bytesMax, last, &decision)
    }
    return decision
  }

  private func note(
    _ expiry: Expiry, of holder: Holder, for endpoint: Endpoint, was: Bound?, in decision: inout Decision
  ) {
    if let (segment, measure) = expiry.floor, segment > endpoint.lowWater.segment {
      let floor = Floor(segment: segment, because: Bound(holder: holder, measure: measure))
      if segment > decision.floors[endpoint.name]?.segment ?? 0 { decision.floors[endpoint.name] = floor }
      decision.expiring[endpoint.name] = decision.floors[endpoint.name]?.because
    } else if let was, was.holder == holder, expiry.isClose(to: was.measure), decision.expiring[endpoint.name] == nil {
      decision.expiring[endpoint.name] = was
    }
  }

  private func refuse(
    _ holder: Holder, _ bytes: UInt64, _ bytesMax: UInt64, _ last: Decision, _ decision: inout Decision
  ) {
    let wasRefusing = last.refusals.contains { $0.holder == holder }
    let threshold = wasRefusing ? bytesMax.hundredths(Self.releasePercent) : bytesMax
    guard bytesMax > 0, bytes >= threshold else { return }
    decision.refusals.append(Refusal(holder: holder, bytes: bytes, bytesMax: bytesMax))
  }
}

/// What of the log an endpoint waits for.
struct Backlog {
  /// Those that hold something of it, oldest first.
  let segments: ArraySlice<SegmentSummary>
  /// From the endpoint's position to the end.
  let bytes: UInt64

  init(_ segments: [SegmentSummary], from lowWater: LogPosition) {
    self.segments = segments.drop { $0.number < lowWater.segment }
    bytes = self.segments.reduce(0 as UInt64) { sum, segment in
      let done = segment.number == lowWater.segment ? min(lowWater.offset, segment.bytes) : 0
      return sum &+ (segment.bytes - done)
    }
  }
}

/// What a bound does to some segments.
private struct Expiry {
  /// What lies before this segment goes, and by which measure the last of it; nil when nothing does.
  let floor: (segment: SegmentNumber, because: Retention.Bound.Measure)?
  private let bytes: UInt64
  private let bytesMax: UInt64
  private let oldestAppendMs: Int64?
  private let ageMaxMs: Int64
  private let nowMs: Int64

  /// - Parameter mayDrop: whether bytes make samples expire; age always does.
  init(
    of segments: ArraySlice<SegmentSummary>, bytes: UInt64, _ limits: BacklogBounds, mayDrop: Bool, nowMs: Int64
  ) {
    self.bytes = bytes
    bytesMax = mayDrop ? limits.bytesMax : 0
    ageMaxMs = limits.ageMax.milliseconds
    oldestAppendMs = segments.first?.lastAppendMs
    self.nowMs = nowMs
    var floor: (SegmentNumber, Retention.Bound.Measure)?
    // The bytes of a segment of which the endpoint has a part count less than the segment.
    var left = bytes
    let whole = segments.reduce(0 as UInt64) { $0 &+ $1.bytes }
    var done = whole - min(whole, bytes)
    for segment in segments.dropLast() {
      let isTooMuch = bytesMax > 0 && left > bytesMax
      let isTooOld = ageMaxMs > 0 && segment.lastAppendMs < nowMs - ageMaxMs
      guard isTooMuch || isTooOld else { break }
      floor = (segment.number + 1, isTooOld ? .age : .bytes)
      left -= min(left, segment.bytes - min(done, segment.bytes))
      done = 0
    }
    self.floor = floor
  }

  /// Whether the bound is so close that what expired lately will be followed by more.
  func isClose(to measure: Retention.Bound.Measure) -> Bool {
    switch measure {
    case .bytes: bytesMax > 0 && bytes >= bytesMax.hundredths(Retention.calmPercent)
    case .age:
      ageMaxMs > 0 && (oldestAppendMs ?? nowMs) <= nowMs - ageMaxMs / 100 * Int64(Retention.calmPercent)
    }
  }
}

extension UInt64 {
  fileprivate func hundredths(_ percent: UInt64) -> UInt64 { self / 100 * percent + self % 100 * percent / 100 }
}
