import DurableLog
import Foundation
import SimulatedDisk
import Testing

/// One record as a test wrote or read it.
struct Entry: Equatable, CustomStringConvertible {
  var lane: UInt32
  var kind: UInt8
  var samples: Int
  var payload: [UInt8]

  /// A record whose bytes tell which one it is.
  static func numbered(_ number: Int, lane: UInt32 = 0, bytes: Int = 20, samples: Int = 3) -> Entry {
    let text = Array("record \(number) ".utf8)
    return Entry(
      lane: lane, kind: UInt8(truncatingIfNeeded: number), samples: samples,
      payload: (0..<bytes).map { text[$0 % text.count] })
  }

  var description: String { "lane \(lane), \(samples) samples, \(String(decoding: payload.prefix(12), as: UTF8.self))" }
}

/// All that a reader met up to the end.
struct Reading {
  var entries: [Entry] = []
  var records: [LogRecord] = []
  var damage: [LogDamage] = []
  var missing: [ClosedRange<SegmentNumber>] = []
  var missingSamples: [UInt64?] = []
}

let simulatedRoot = "/log"
let firstSegmentPath = "/log/segments/00000000000000000001.segment"

func openLog(
  _ disk: SimulatedDisk, _ settings: LogSettings = LogSettings(), nowMs: Int64 = 1_000
) throws -> DurableLog {
  try DurableLog(directory: simulatedRoot, settings: settings, disk: disk, nowMs: { nowMs })
}

extension DurableLog {
  @discardableResult
  func append(_ entry: Entry) throws(LogError) -> LogPosition {
    try append(lane: entry.lane, kind: entry.kind, sampleCount: entry.samples) { _, bytes in bytes += entry.payload }
  }

  /// Appends several with one write.
  @discardableResult
  func append(_ entries: [Entry]) throws(LogError) -> LogPosition {
    let plans = entries.map { RecordPlan(lane: $0.lane, kind: $0.kind, sampleCount: $0.samples) }
    return try append(plans) { index, _, bytes in bytes += entries[index].payload }
  }

  func readAll(from position: LogPosition = .start, wanted: (UInt32) -> Bool = { _ in true }) throws -> Reading {
    var reader = LogReader(self, from: position)
    return try reader.readToEnd(wanted: wanted)
  }
}

extension LogReader {
  mutating func readToEnd(wanted: (UInt32) -> Bool = { _ in true }) throws -> Reading {
    var reading = Reading()
    while true {
      switch try next(wanted: wanted) {
      case .record(let record):
        reading.records.append(record)
        reading.entries.append(
          Entry(
            lane: record.lane, kind: record.kind, samples: record.sampleCount, payload: Array(bytes[record.payload])))
      case .damaged(let damage): reading.damage.append(damage)
      case .missing(let segments, let samples):
        reading.missing.append(segments)
        reading.missingSamples.append(samples)
      case .end: return reading
      }
    }
  }
}

/// A directory on the real disk that is gone after the test.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let url = FileManager.default.temporaryDirectory.appending(path: "durable-log-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(url.path)
}

/// The same for a test that does not wait.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appending(path: "durable-log-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}
