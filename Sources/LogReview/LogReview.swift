import Delivery
import Diagnostics
public import DurableLog

/// Looks at a log, its ledgers and its quarantine, and changes nothing: beside a running agent as well as alone.
///
///     let report = try LogReview(directory: "data-agent").report()
///     report.findings.text
public struct LogReview: Sendable {
  /// How often the look is repeated when a running agent removed segments during it.
  private static let looksMax = 5

  private let directory: String
  private let endpoint: String?
  private let nowMs: @Sendable () -> Int64

  /// - Parameters:
  ///   - directory: the storage path.
  ///   - endpoint: the only endpoint to report on; nil for all.
  ///   - nowMs: milliseconds since the Unix epoch.
  public init(
    directory: String, endpoint: String? = nil, nowMs: @escaping @Sendable () -> Int64 = { SystemDisk.nowMs() }
  ) {
    self.directory = directory
    self.endpoint = endpoint
    self.nowMs = nowMs
  }

  /// What the headers of segments and records tell.
  /// - Complexity: a small read for each segment, and a pass over the headers behind each endpoint's low-water mark.
  public func report() throws(LogReviewError) -> LogReport { try report { _ throws(LogError) in nil } }

  /// The same, after all payloads have been checked and decoded.
  /// - Parameter progress: told now and then how many bytes of how many have been read.
  /// - Complexity: O(bytes of the log).
  public func verify(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws(LogReviewError) -> LogReport {
    try report { inspection throws(LogError) in try LogVerification(inspection).run(progress: progress) }
  }

  private func report(
    verification: (LogInspection) throws(LogError) -> LogVerification?
  ) throws(LogReviewError) -> LogReport {
    let names = try KnownEndpoints(in: directory).chosen(endpoint)
    do {
      var look = try Look(directory, names, nowMs())
      for _ in 1..<Self.looksMax where look.isDisturbed { look = try Look(directory, names, nowMs()) }
      var quarantines: [QuarantineReport] = []
      for name in names {
        quarantines.append(
          try QuarantineReport(endpoint: name, in: QuarantineFolder(directory: directory, endpoint: name)))
      }
      let damagedFiles = try look.inspection.damagedFiles().map {
        LogReport.DamagedFile(name: $0.name, bytes: $0.bytes)
      }
      var findings = LogFindings()
      findings.note(look.inspection.incidents)
      let verification = try verification(look.inspection)
      findings.note(verification?.losses ?? look.losses, verification?.undecodable ?? [], look.inspection)
      findings.note(damagedFiles, in: directory)
      let endpoints = zip(look.endpoints, quarantines).map { seen, quarantine in
        EndpointReport(name: seen.name, delivery: seen.report, quarantine: quarantine)
      }
      for (seen, endpoint) in zip(look.endpoints, endpoints) {
        findings.note(seen.flaw, of: endpoint)
        findings.note(endpoint, in: directory)
      }
      return LogReport(
        directory: directory, atMs: look.atMs, log: Self.log(look.inspection, damagedFiles), endpoints: endpoints,
        verification: verification?.sums, findings: findings.sorted)
    } catch {
      throw .log(error)
    }
  }

  private static func log(
    _ inspection: LogInspection, _ damagedFiles: [LogReport.DamagedFile]
  ) -> LogReport.Log {
    let segments = inspection.segments()
    let (end, sequence) = inspection.endAndSequence
    return LogReport.Log(
      segments: segments.count, bytes: segments.reduce(0) { $0 &+ $1.bytes }, firstMs: segments.first?.createdMs,
      lastMs: segments.last?.lastAppendMs, samplesTaken: sequence,
      oldest: segments.first.map { LogPosition(segment: $0.number, offset: 0) } ?? end, end: end,
      damagedFiles: damagedFiles)
  }
}
