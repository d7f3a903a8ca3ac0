import Intake
import RemoteWriteProtocol

/// The counts behind a ``ReceiverReport``.
struct ReceiverTotals: Sendable {
  private struct RequestKey: Hashable {
    var version: String
    var status: Int
  }

  var samples = 0
  var histograms = 0
  var exemplars = 0
  var metadata = 0
  var bytesCompressed = 0
  var bytesUncompressed = 0
  var duplicates = 0
  var outOfOrder = 0
  var staleMarkers = 0
  var misbehaved = 0
  private var requests: [RequestKey: Int] = [:]
  private var refused: [String: Tally] = [:]
  private var breaches: [String: Tally] = [:]

  mutating func count(version: String, status: Int) {
    requests[RequestKey(version: version, status: status), default: 0] += 1
  }

  mutating func refuse(_ code: String, _ tally: Tally) { Self.add(code, tally, to: &refused) }

  mutating func breach(_ code: String, _ tally: Tally) { Self.add(code, tally, to: &breaches) }

  mutating func add(_ outcome: LedgerOutcome) {
    samples += outcome.samplesWritten
    histograms += outcome.histogramsWritten
    exemplars += outcome.exemplarsWritten
    duplicates += outcome.duplicates
    outOfOrder += outcome.outOfOrder
    staleMarkers += outcome.staleMarkers
    for (reason, refusal) in outcome.refusals {
      refuse(reason.rawValue, Tally(count: refusal.count, example: refusal.example))
    }
  }

  func report(seriesCount: Int) -> ReceiverReport {
    var report = ReceiverReport()
    report.requests =
      requests
      .map { ReceiverReport.RequestCount(version: $0.key.version, status: $0.key.status, count: $0.value) }
      .sorted { ($0.version, $0.status) < ($1.version, $1.status) }
    report.samples = samples
    report.histograms = histograms
    report.exemplars = exemplars
    report.metadata = metadata
    report.series = seriesCount
    report.bytesCompressed = bytesCompressed
    report.bytesUncompressed = bytesUncompressed
    let written = samples + histograms
    report.bytesPerSample = written > 0 ? Double(bytesCompressed) / Double(written) : 0
    report.duplicates = duplicates
    report.outOfOrder = outOfOrder
    report.staleMarkers = staleMarkers
    report.refused = Self.findings(refused)
    report.breaches = Self.findings(breaches)
    report.misbehaved = misbehaved
    return report
  }

  private static func add(_ code: String, _ tally: Tally, to tallies: inout [String: Tally]) {
    if tallies[code] == nil { tallies[code] = tally } else { tallies[code]?.count += tally.count }
  }

  private static func findings(_ tallies: [String: Tally]) -> [ReceiverReport.Finding] {
    tallies
      .map {
        ReceiverReport.Finding(
          code: $0.key, severity: $0.value.severity.map(word), count: $0.value.count, example: $0.value.example)
      }
      .sorted { $0.code < $1.code }
  }

  private static func word(_ severity: SpecificationBreach.Severity) -> String {
    switch severity {
    case .note: "note"
    case .warning: "warning"
    case .violation: "violation"
    }
  }
}
