import MetricModel

/// Every series that came, with what came of it: the receiver's whole store.
///
/// Samples are not kept, only what can be said of them: first and last time, last value, and how many came, came
/// twice or came late. The lock is the caller's, and so is decoding.
///
/// - Complexity: a point costs O(1), a series of a request O(bytes of its labels). A series takes some 200 bytes, its
///   labels and up to 512 bytes of timestamps; where all timestamps are kept, some two bytes for each of them.
struct SeriesLedger: Sendable {
  /// Whether the good part of a batch is taken when another part is refused.
  enum Commitment: Hashable { case allOrNothing, validRest }

  let seriesMax: Int
  /// Refuse what is out of order or changes a value, as Prometheus does without an out-of-order window.
  let strictOrder: Bool
  /// Remember every timestamp and not only the last ones, so that a repetition is known however old it is.
  let keepsAllTimestamps: Bool

  private(set) var records: [SeriesRecord] = []
  private var keys: [UInt8] = []
  /// Open addressing with linear probing: a record's index plus one; 0 marks an empty place.
  private var places: [Int32] = Array(repeating: 0, count: 1024)

  init(seriesMax: Int, strictOrder: Bool, keepsAllTimestamps: Bool = false) {
    self.seriesMax = min(max(1, seriesMax), Int(Int32.max) - 1)
    self.strictOrder = strictOrder
    self.keepsAllTimestamps = keepsAllTimestamps
  }

  var count: Int { records.count }

  func labels(of record: SeriesRecord) -> LabelSet { IncomingBatch.labels(key: key(of: record)) }

  func key(of record: SeriesRecord) -> ArraySlice<UInt8> {
    keys[record.keyStart..<record.keyStart + record.keyCount]
  }

  /// Takes the batch, or as much of it as `commitment` allows, and says what became of it.
  mutating func commit(_ batch: IncomingBatch, _ commitment: Commitment) -> LedgerOutcome {
    growIndex(for: records.count + batch.series.count)
    let mayRefuse = strictOrder || records.count + batch.series.count > seriesMax
    var journal: Journal?
    if commitment == .allOrNothing && mayRefuse {
      journal = Journal(recordCount: records.count, keyCount: keys.count)
    }
    var outcome = LedgerOutcome()
    for index in batch.series.indices {
      guard let record = find(batch, index) ?? add(batch, index) else {
        refuseForBound(batch, index, &outcome)
        continue
      }
      journal?.save(record, records)
      take(batch, index, into: record, &outcome)
    }
    if let journal, outcome.refusedCount > 0 {
      roll(back: journal)
      outcome.forgetWritten()
    }
    return outcome
  }

  private mutating func take(_ batch: IncomingBatch, _ index: Int, into record: Int, _ outcome: inout LedgerOutcome) {
    let series = batch.series[index]
    for sample in series.samples {
      place(sample.timestampMs, sample.value, isHistogram: false, record, &outcome)
    }
    for histogram in series.histograms {
      place(histogram.timestampMs, histogram.sum, isHistogram: true, record, &outcome)
    }
    records[record].exemplarCount += series.exemplarCount
    outcome.exemplarsWritten += series.exemplarCount
    if series.metadata != .none && records[record].metadata != series.metadata {
      records[record].metadata = series.metadata
    }
  }

  @inline(__always)
  private mutating func place(
    _ timestampMs: Int64, _ value: Double, isHistogram: Bool, _ record: Int, _ outcome: inout LedgerOutcome
  ) {
    let placement = records[record].placement(timestampMs: timestampMs, value: value)
    switch placement {
    case .newest: break
    case .repeated(let changesValue):
      outcome.duplicates += 1
      if strictOrder && changesValue {
        return refuse(.duplicateTimestamp, record, timestampMs, &outcome)
      }
    case .outOfOrder:
      outcome.outOfOrder += 1
      if strictOrder { return refuse(.outOfOrder, record, timestampMs, &outcome) }
    }
    records[record].take(timestampMs: timestampMs, value: value, isHistogram: isHistogram, at: placement)
    if SpecialNaN.isStaleMarker(value) { outcome.staleMarkers += 1 }
    if isHistogram { outcome.histogramsWritten += 1 } else { outcome.samplesWritten += 1 }
  }

  private func refuse(
    _ reason: RefusalReason, _ record: Int, _ timestampMs: Int64, _ outcome: inout LedgerOutcome
  ) {
    outcome.refuse(reason) {
      "\(labels(of: records[record])) at \(timestampMs), newest is \(records[record].lastTimestampMs)"
    }
  }

  private func refuseForBound(_ batch: IncomingBatch, _ index: Int, _ outcome: inout LedgerOutcome) {
    let series = batch.series[index]
    let pointCount = max(1, series.samples.count + series.histograms.count)
    outcome.refuse(.seriesLimit, count: pointCount) {
      let key = batch.keys[series.keyStart..<series.keyStart + series.keyCount]
      return "\(IncomingBatch.labels(key: key)), at most \(seriesMax) series are kept"
    }
  }

  // MARK: - Look-up

  private var mask: Int { places.count - 1 }

  private func find(_ batch: IncomingBatch, _ index: Int) -> Int? {
    let wanted = batch.series[index]
    var place = wanted.hash & mask
    while places[place] != 0 {
      let candidate = Int(places[place]) - 1
      if records[candidate].hash == wanted.hash && records[candidate].keyCount == wanted.keyCount {
        let start = records[candidate].keyStart
        if keys[start..<start + wanted.keyCount] == batch.keys[wanted.keyStart..<wanted.keyStart + wanted.keyCount] {
          return candidate
        }
      }
      place = (place + 1) & mask
    }
    return nil
  }

  /// The index of a new record, or nil when there are as many as there may be.
  private mutating func add(_ batch: IncomingBatch, _ index: Int) -> Int? {
    guard records.count < seriesMax else { return nil }
    let series = batch.series[index]
    records.append(
      SeriesRecord(
        keyStart: keys.count, keyCount: series.keyCount, hash: series.hash, keepsAllTimestamps: keepsAllTimestamps))
    keys.append(contentsOf: batch.keys[series.keyStart..<series.keyStart + series.keyCount])
    put(records.count - 1)
    return records.count - 1
  }

  private mutating func put(_ record: Int) {
    var place = records[record].hash & mask
    while places[place] != 0 { place = (place + 1) & mask }
    places[place] = Int32(record + 1)
  }

  /// Makes room for `count` records at a load of at most three quarters.
  private mutating func growIndex(for count: Int) {
    let wanted = min(count, seriesMax)
    guard wanted * 4 > places.count * 3 else { return }
    var size = places.count
    while wanted * 4 > size * 3 { size *= 2 }
    places = Array(repeating: 0, count: size)
    for record in records.indices { put(record) }
  }

  // MARK: - Undoing

  /// What the ledger was like before a batch.
  private struct Journal {
    let recordCount: Int
    let keyCount: Int
    private(set) var saved: [(index: Int, record: SeriesRecord)] = []

    init(recordCount: Int, keyCount: Int) {
      self.recordCount = recordCount
      self.keyCount = keyCount
    }

    mutating func save(_ index: Int, _ records: [SeriesRecord]) {
      if index < recordCount { saved.append((index, records[index])) }
    }
  }

  private mutating func roll(back journal: Journal) {
    for (index, record) in journal.saved.reversed() { records[index] = record }
    // The index did not grow during the batch, so the entries made last are the ends of their probe chains, and
    // taking them out in reverse leaves no hole.
    for record in (journal.recordCount..<records.count).reversed() {
      var place = records[record].hash & mask
      while places[place] != Int32(record + 1) { place = (place + 1) & mask }
      places[place] = 0
    }
    records.removeSubrange(journal.recordCount...)
    keys.removeSubrange(journal.keyCount...)
  }
}
