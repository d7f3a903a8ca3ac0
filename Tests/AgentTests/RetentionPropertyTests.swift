@testable import DurableLog
import GodwitTesting
import Settings
import Testing

@testable import Agent

/// A log with bounds and endpoints, all of it by chance.
private struct RandomLog {
  var segments: [SegmentSummary] = []
  var endpoints: [Retention.Endpoint] = []
  var bounds: BacklogBounds
  let nowMs: Int64 = 1_000_000
  let segmentBytesMax: UInt64 = 1000

  init(_ random: inout SeededRandom) {
    let first = UInt64.random(in: 1...50, using: &random)
    let count = UInt64.random(in: 1...30, using: &random)
    var timeMs = Int64.random(in: 0...900_000, using: &random)
    for number in first..<(first + count) {
      timeMs = min(nowMs, timeMs + .random(in: 0...20_000, using: &random))
      segments.append(
        SegmentSummary(
          number: number, bytes: .random(in: 64...segmentBytesMax, using: &random), firstSequence: number,
          createdMs: timeMs, lastAppendMs: timeMs))
    }
    bounds = Self.bounds(&random)
    for name in ["a", "b", "c", "d"].prefix(.random(in: 0...4, using: &random)) {
      let segment = segments.randomElement(using: &random) ?? segments[0]
      endpoints.append(
        Retention.Endpoint(
          name: name,
          lowWater: LogPosition(segment: segment.number, offset: .random(in: 0...segment.bytes, using: &random)),
          bounds: Self.bounds(&random)))
    }
  }

  private static func bounds(_ random: inout SeededRandom) -> BacklogBounds {
    var bounds = BacklogBounds()
    if Bool.random(using: &random) { bounds.bytesMax = .random(in: 1...20_000, using: &random) }
    if Bool.random(using: &random) { bounds.ageMax = .milliseconds(.random(in: 1...300_000, using: &random)) }
    if Bool.random(using: &random) { bounds.atCap = .refuseNew }
    return bounds
  }

  var end: LogPosition { LogPosition(segment: segments.last?.number ?? 0, offset: segments.last?.bytes ?? 0) }

  func decide() -> Retention.Decision {
    Retention(bounds: bounds).decide(segments, endpoints: endpoints, end: end, nowMs: nowMs)
  }

  /// The log after every endpoint has counted what expired and what nobody needs has gone.
  func applying(_ decision: Retention.Decision) -> RandomLog {
    var next = self
    for index in endpoints.indices {
      guard let floor = decision.floors[endpoints[index].name] else { continue }
      next.endpoints[index].lowWater = max(endpoints[index].lowWater, LogPosition(segment: floor.segment, offset: 0))
    }
    let removeBefore = next.decide().removeBefore
    next.segments.removeAll { $0.number < removeBefore }
    return next
  }

  /// Bytes from a position to the end, counted one segment at a time.
  func bytes(from position: LogPosition) -> UInt64 {
    segments.reduce(0) { sum, segment in
      if segment.number < position.segment { return sum }
      return sum + segment.bytes - (segment.number == position.segment ? min(position.offset, segment.bytes) : 0)
    }
  }
}

@Suite("Bounds hold, whatever the log looks like")
struct RetentionPropertyTests {
  @Test("After a decision every bound holds, up to one segment or by refusing", arguments: 0..<300)
  func boundsHold(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let log = RandomLog(&random)
    let decision = log.decide()
    let after = log.applying(decision)
    let newest = after.segments.last?.number ?? 0
    for endpoint in after.endpoints where endpoint.bounds.bytesMax > 0 {
      let holds = after.bytes(from: endpoint.lowWater) <= endpoint.bounds.bytesMax + log.segmentBytesMax
      let refuses = after.decide().refusals.contains { $0.holder == .endpoint(endpoint.name) }
      #expect(holds || (refuses && endpoint.bounds.atCap == .refuseNew), "seed \(seed): \(endpoint)")
    }
    for endpoint in after.endpoints where endpoint.bounds.ageMax > .zero && endpoint.lowWater.segment < newest {
      let oldest = after.segments.first { $0.number >= endpoint.lowWater.segment }
      #expect(
        (oldest?.lastAppendMs ?? log.nowMs) >= log.nowMs - endpoint.bounds.ageMax.milliseconds,
        "seed \(seed): \(endpoint)")
    }
    let size = after.segments.reduce(0) { $0 + $1.bytes }
    if log.bounds.bytesMax > 0 && size > log.bounds.bytesMax + log.segmentBytesMax {
      #expect(after.decide().refusals.contains { $0.holder == .log }, "seed \(seed): \(size) of \(log.bounds)")
    }
  }

  @Test("Nothing expires that no bound asks for, nor for its size where new samples are refused", arguments: 0..<300)
  func nothingInVain(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let log = RandomLog(&random)
    let size = log.segments.reduce(0) { $0 + $1.bytes }
    let decision = log.decide()
    for (name, floor) in decision.floors {
      let endpoint = log.endpoints.first { $0.name == name }!
      let bounds = floor.because.holder == .log ? log.bounds : endpoint.bounds
      let last = log.segments.last { $0.number < floor.segment }!
      #expect(floor.segment > endpoint.lowWater.segment && floor.segment <= log.segments.last!.number, "seed \(seed)")
      switch floor.because.measure {
      case .age:
        #expect(bounds.ageMax > .zero && last.lastAppendMs < log.nowMs - bounds.ageMax.milliseconds, "seed \(seed)")
      case .bytes:
        #expect(bounds.atCap == .dropOldest && endpoint.bounds.atCap == .dropOldest, "seed \(seed)")
        // Without its last segment the expiry would have been too little.
        let beginning = LogPosition(segment: last.number, offset: 0)
        let before = log.bytes(
          from: floor.because.holder == .log ? beginning : max(endpoint.lowWater, beginning))
        #expect(bounds.bytesMax > 0 && before > bounds.bytesMax && before <= size, "seed \(seed)")
      }
    }
  }

  @Test("What is removed is needed by nobody, and the newest segment stays", arguments: 0..<300)
  func removal(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let log = RandomLog(&random)
    let decision = log.decide()
    #expect(decision.removeBefore <= log.segments.last!.number, "seed \(seed)")
    for endpoint in log.endpoints { #expect(decision.removeBefore <= endpoint.lowWater.segment, "seed \(seed)") }
  }
}
