import Delivery
import DurableLog
import MetricModel

/// All that `/api/v1/status` tells, taken at one moment.
struct AgentStatus: Sendable {
  var troubles: [Trouble]
  var log: LogFigures
  var samplesNotTaken: [SampleSinkError.Reason: UInt64]
  var report: AgentReport
  /// Bytes of the log that wait, by endpoint.
  var backlogBytes: [String: UInt64]
  var reload: ReloadOutcome
}

/// The log at one moment.
struct LogFigures: Sendable {
  var bytes: UInt64
  /// 0 means no bound.
  var bytesMax: UInt64
  var segments: Int
  /// Since when the oldest segment has been there.
  var oldestSeconds: Double
  var end: LogPosition
  var synced: LogPosition

  init(_ log: DurableLog, _ segments: [SegmentSummary], bytesMax: UInt64, nowMs: Int64) {
    bytes = segments.reduce(0) { $0 &+ $1.bytes }
    self.bytesMax = bytesMax
    self.segments = segments.count
    oldestSeconds = segments.first.map { max(0, Double(nowMs) - Double($0.createdMs)) / 1000 } ?? 0
    synced = log.synced
    end = log.end
  }
}

/// How the last reading of the configuration went.
struct ReloadOutcome: Sendable {
  /// When the configuration that runs was read, milliseconds since the Unix epoch.
  var runningSinceMs: Int64
  /// Why the last attempt failed; nil when it did not.
  var problem: String?
}
