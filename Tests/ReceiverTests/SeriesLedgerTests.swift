import MetricModel
import Testing

@testable import Receiver

/// A batch with one series an entry.
func batch(_ entries: [(labels: [String: String], samples: [(Int64, Double)])]) -> IncomingBatch {
  var batch = IncomingBatch()
  for entry in entries {
    let labels = LabelSet(entry.labels)
    batch.append(
      labels: (0..<labels.count).map { (name: labels.name(at: $0), value: labels.value(at: $0)) },
      samples: entry.samples.map { Sample(timestampMs: $0.0, value: $0.1) }[...], histograms: [], exemplarCount: 0,
      metadata: .none)
  }
  return batch
}

@Suite("The series ledger")
struct SeriesLedgerTests {
  private let up = ["__name__": "up", "job": "a"]

  @Test("A repeated timestamp is a duplicate, an older unseen one is out of order, and all are taken")
  func tolerantOrder() {
    var ledger = SeriesLedger(seriesMax: 10, strictOrder: false)
    _ = ledger.commit(batch([(up, [(10, 1), (20, 2), (30, 3)])]), .validRest)
    let outcome = ledger.commit(batch([(up, [(20, 2), (30, 3), (25, 9), (25, 9), (40, 4)])]), .validRest)
    #expect(outcome.samplesWritten == 5)
    #expect(outcome.duplicates == 3)
    #expect(outcome.outOfOrder == 1)
    #expect(outcome.refusals.isEmpty)
    let report = ledger.reports(matching: "up", limit: 1)[0]
    #expect(report.firstTimestampMs == 10)
    #expect(report.lastTimestampMs == 40)
    #expect(report.lastValue == "4")
    #expect(report.samples == 8)
  }

  @Test("In strict order an equal repetition passes, another value or an older time is refused and the rest written")
  func strictRest() {
    var ledger = SeriesLedger(seriesMax: 10, strictOrder: true)
    let outcome = ledger.commit(batch([(up, [(10, 1), (10, 1), (10, 2), (5, 0), (20, 2)])]), .validRest)
    #expect(outcome.samplesWritten == 3)
    #expect(outcome.refusals[.duplicateTimestamp]?.count == 1)
    #expect(outcome.refusals[.outOfOrder]?.count == 1)
  }

  @Test("All or nothing: one refused sample undoes the batch, new series included")
  func rollback() {
    var ledger = SeriesLedger(seriesMax: 100, strictOrder: true)
    _ = ledger.commit(batch([(up, [(10, 1)])]), .allOrNothing)
    let before = ledger.reports(matching: "", limit: 100)
    var entries: [(labels: [String: String], samples: [(Int64, Double)])] = (0..<20).map {
      (labels: ["__name__": "new\($0)"], samples: [(1, 1)])
    }
    entries.insert((up, [(11, 1)]), at: 3)
    entries.append((up, [(9, 1)]))
    let outcome = ledger.commit(batch(entries), .allOrNothing)
    #expect(outcome.samplesWritten == 0)
    #expect(outcome.refusals[.outOfOrder]?.count == 1)
    #expect(ledger.reports(matching: "", limit: 100) == before)
    entries.removeLast()
    #expect(ledger.commit(batch(entries), .allOrNothing).samplesWritten == 21)
    #expect(ledger.count == 21)
  }

  @Test("Beyond the bound new series are refused with a reason and known ones still taken")
  func bound() {
    var ledger = SeriesLedger(seriesMax: 2, strictOrder: false)
    let names = ["a", "b", "c", "a"].enumerated().map {
      (labels: ["__name__": $0.element], samples: [(Int64($0.offset), 1.0)])
    }
    let outcome = ledger.commit(batch(names), .validRest)
    #expect(outcome.samplesWritten == 3)
    #expect(outcome.refusals[.seriesLimit]?.count == 1)
    #expect(outcome.refusals[.seriesLimit]?.example.contains("c{}") == true)
    #expect(ledger.count == 2)
  }

  @Test("Stale markers are counted by their exact bits")
  func staleMarkers() {
    var ledger = SeriesLedger(seriesMax: 2, strictOrder: false)
    let outcome = ledger.commit(
      batch([(up, [(1, SpecialNaN.staleMarker), (2, SpecialNaN.normal), (3, .nan)])]), .validRest)
    #expect(outcome.staleMarkers == 1)
  }

  @Test("An exact metric name prevails over parts of labels, and the limit holds")
  func search() {
    var ledger = SeriesLedger(seriesMax: 10, strictOrder: false)
    _ = ledger.commit(
      batch([
        (["__name__": "group"], [(1, 1)]), (up, [(1, 1)]), (["__name__": "x", "up": "__name__"], [(1, 1)]),
      ]), .validRest)
    #expect(ledger.reports(matching: "up", limit: 9).map { $0.labels["__name__"] } == ["up"])
    #expect(ledger.reports(matching: "roup", limit: 9).map { $0.labels["__name__"] } == ["group"])
    #expect(ledger.reports(matching: "u", limit: 2).count == 2)
    #expect(ledger.reports(matching: "nowhere", limit: 9).isEmpty)
    #expect(ledger.reports(matching: "", limit: 0).isEmpty)
  }

  @Test("It agrees with a plain model through many batches", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var ledger = SeriesLedger(seriesMax: 1_000_000, strictOrder: false)
    var model: [String: (newest: Int64, seen: Set<Int64>, samples: Int, duplicates: Int, outOfOrder: Int)] = [:]
    for _ in 0..<300 {
      var entries: [(labels: [String: String], samples: [(Int64, Double)])] = []
      for _ in 0..<20 {
        let name = "m\(generator.next() % 2000)"
        let timestamp = Int64(generator.next() % 40)
        entries.append((["__name__": name, "l": "\(name.utf8.count)"], [(timestamp, 1)]))
        var entry = model[name] ?? (.min, [], 0, 0, 0)
        entry.samples += 1
        if entry.seen.contains(timestamp) {
          entry.duplicates += 1
        } else if timestamp < entry.newest {
          entry.outOfOrder += 1
        }
        entry.seen.insert(timestamp)
        entry.newest = max(entry.newest, timestamp)
        model[name] = entry
      }
      _ = ledger.commit(batch(entries), .validRest)
    }
    #expect(ledger.count == model.count)
    for report in ledger.reports(matching: "", limit: .max) {
      guard let expected = model[report.labels["__name__"] ?? ""] else {
        Issue.record("seed \(seed): a series that was never sent: \(report)")
        continue
      }
      #expect(report.samples == expected.samples, "seed \(seed)")
      #expect(report.duplicates == expected.duplicates, "seed \(seed)")
      #expect(report.outOfOrder == expected.outOfOrder, "seed \(seed)")
      #expect(report.lastTimestampMs == expected.newest, "seed \(seed)")
    }
  }
}

/// A small generator with a seed that can be printed.
struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
