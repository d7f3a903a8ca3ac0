import MetricModel
import Telemetry

extension SeriesLedger {
  /// The reports of at most `limit` series that match `text`, in the order in which they first came.
  ///
  /// The series whose metric is called exactly `text`; if there are none, those with `text` within the name or the
  /// value of a label. No text means all.
  /// - Complexity: linear in the bytes of all labels.
  func reports(matching text: String, limit: Int) -> [SeriesReport] {
    let wanted = Array(text.utf8)
    if wanted.isEmpty { return records.prefix(max(0, limit)).map(report) }
    let separator = IncomingBatch.separator
    let byName = Array("__name__".utf8) + [separator] + wanted + [separator]
    let exact = search(limit) { Self.contains(byName, in: key(of: $0), atLabelStart: true) }
    if !exact.isEmpty || wanted.contains(separator) { return exact.map(report) }
    return search(limit) { Self.contains(wanted, in: key(of: $0), atLabelStart: false) }.map(report)
  }

  private func search(_ limit: Int, where matches: (SeriesRecord) -> Bool) -> [SeriesRecord] {
    var found: [SeriesRecord] = []
    for record in records {
      if found.count >= limit { break }
      if matches(record) { found.append(record) }
    }
    return found
  }

  private static func contains(_ wanted: [UInt8], in key: ArraySlice<UInt8>, atLabelStart: Bool) -> Bool {
    var start = key.startIndex
    while start + wanted.count <= key.endIndex {
      let isCandidate = !atLabelStart || start == key.startIndex || key[start - 1] == IncomingBatch.separator
      if isCandidate && key[start] == wanted[0] && key[start..<start + wanted.count].elementsEqual(wanted) {
        return true
      }
      start += 1
    }
    return false
  }

  private func report(_ record: SeriesRecord) -> SeriesReport {
    let hasPoints = record.sampleCount + record.histogramCount > 0
    return SeriesReport(
      labels: Dictionary(labels(of: record).pairs.map { ($0.name, $0.value) }) { $1 },
      lastValue: hasPoints ? goText(record.lastValue) : nil,
      kind: hasPoints ? (record.lastIsHistogram ? "histogram" : "float") : nil,
      firstTimestampMs: hasPoints ? record.firstTimestampMs : nil,
      lastTimestampMs: hasPoints ? record.lastTimestampMs : nil,
      samples: record.sampleCount, histograms: record.histogramCount, exemplars: record.exemplarCount,
      duplicates: record.duplicateCount, outOfOrder: record.outOfOrderCount, staleMarkers: record.staleMarkerCount,
      type: record.metadata.type == .unknown ? nil : record.metadata.type.word,
      help: record.metadata.help.isEmpty ? nil : record.metadata.help,
      unit: record.metadata.unit.isEmpty ? nil : record.metadata.unit)
  }
}
