import Intake
import MetricModel
import RemoteWriteProtocol

/// One request on its way into the log: a record for each lane that it touches, all of them with one write, or several
/// of both where it is large.
///
/// If a later write fails after an earlier one was taken, the sender is told to send all of it again, and what was
/// taken before is taken twice: the specification allows it where the endpoint takes a repetition as such, and nothing
/// can be taken back from a log.
struct PushWriting {
  /// What a float takes in a record at most, and an exemplar and a histogram beside what varies.
  private static let sampleBytes = 24
  private static let exemplarBytes = 32
  private static let histogramBytes = 96

  private let request: AdmittedRequest
  private let resolved: ResolvedSeries
  private let sink: any SampleSink
  private let bounds: PushBounds
  private let metrics: PushMetrics
  private(set) var outcome = StoreOutcome()

  private var lane: UInt32 = 0
  private var batch = SampleBatch()
  private var batchBytes = 0
  private var withoutMetadata = 0
  /// What is complete and not written yet.
  private var complete: [LaneBatch] = []
  private var completeBytes = 0
  /// Series of a 1.0 request that have exemplars and nothing else, by number: the reference sends exemplars so.
  private var riders: [SeriesID: [Int]] = [:]

  init(
    of request: AdmittedRequest, as resolved: ResolvedSeries, to sink: any SampleSink, bounds: PushBounds,
    metrics: PushMetrics
  ) {
    self.request = request
    self.resolved = resolved
    self.sink = sink
    self.bounds = bounds
    self.metrics = metrics
  }

  /// Writes everything, or up to the first record that the log does not take.
  mutating func run() {
    let (order, ends) = placesByLane()
    for place in order where resolved.isRead(place) {
      let index = resolved.source(of: place)
      let series = request.series[index]
      if !series.hasPoints && !series.exemplars.isEmpty {
        riders[resolved.marks[place].id, default: []].append(index)
      }
    }
    do throws(SampleSinkError) {
      var next = 0
      for (index, lane) in PushLane.all.enumerated() where ends[index] > next {
        self.lane = lane
        try add(order[next..<ends[index]])
        try closeBatch()
        next = ends[index]
      }
      try writeComplete()
    } catch {
      outcome.postponement = Postponement(error, bounds)
      return
    }
    let left = riders.values.joined().reduce(0) { $0 + request.series[$1].exemplars.count }
    metrics.noteExemplarsWithoutSample(left)
  }

  // MARK: - Parts

  /// The series by lane, each lane's in the order of the request, and where each lane's end.
  private func placesByLane() -> (order: [Int], ends: [Int]) {
    var ends = [Int](repeating: 0, count: PushLane.all.count)
    for mark in resolved.marks where mark.isPresent { ends[mark.laneIndex] += 1 }
    var starts = ends
    var total = 0
    for lane in ends.indices {
      starts[lane] = total
      total += ends[lane]
      ends[lane] = total
    }
    var order = [Int](repeating: 0, count: total)
    for (place, mark) in resolved.marks.enumerated() where mark.isPresent {
      order[starts[mark.laneIndex]] = place
      starts[mark.laneIndex] += 1
    }
    return (order, ends)
  }

  private mutating func add(_ places: ArraySlice<Int>) throws(SampleSinkError) {
    guard let scan = request.recognition?.scan else {
      for place in places { try add(resolved.source(of: place), as: resolved.marks[place]) }
      return
    }
    batch.reserve(places.count)
    if resolved.areAllRecognised && scan.isEven { return try addRuns(places, of: scan) }
    for place in places {
      let mark = resolved.marks[place]
      if resolved.isRead(place) {
        try add(resolved.source(of: place), as: mark)
      } else {
        try add(scan.series[place], of: scan, as: mark)
      }
    }
  }

  /// Adds series that were recognised, of one float each: those that lie side by side together.
  private mutating func addRuns(_ places: ArraySlice<Int>, of scan: borrowing MessageScan) throws(SampleSinkError) {
    var ids: [SeriesID] = []
    ids.reserveCapacity(places.count)
    var first = places.first ?? 0
    for place in places {
      if place != first + ids.count || batchBytes >= bounds.recordBytesMax {
        append(&ids, from: first, of: scan)
        try makeRoom()
        first = place
      }
      let mark = resolved.marks[place]
      ids.append(mark.id)
      batchBytes += mark.byteCount + Self.sampleBytes
      if !mark.hasMetadata { withoutMetadata += 1 }
    }
    append(&ids, from: first, of: scan)
  }

  private mutating func append(_ ids: inout [SeriesID], from first: Int, of scan: borrowing MessageScan) {
    let run = first..<first + ids.count
    batch.append(ids, timestampsMs: scan.timestampsMs[run], values: scan.values[run])
    ids.removeAll(keepingCapacity: true)
  }

  /// Adds a series that was recognised.
  private mutating func add(
    _ one: MessageScan.Series, of scan: borrowing MessageScan, as mark: SeriesMark
  ) throws(SampleSinkError) {
    batchBytes += mark.byteCount
    for index in one.samples {
      try makeRoom()
      batch.append(
        mark.id, timestampMs: scan.timestampsMs[index], value: scan.values[index],
        startTimestampMs: scan.startTimestampsMs.isEmpty ? 0 : scan.startTimestampsMs[index])
      batchBytes += Self.sampleBytes
    }
    if !mark.hasMetadata { withoutMetadata += one.samples.count }
    if !riders.isEmpty { attachRiders(to: mark.id) }
  }

  /// Adds a series that was read.
  private mutating func add(_ index: Int, as mark: SeriesMark) throws(SampleSinkError) {
    let series = request.series[index]
    guard series.hasPoints else { return }
    let id = mark.id
    batchBytes += series.labels.byteCount
    for sample in series.samples {
      try makeRoom()
      batch.append(
        id, timestampMs: sample.timestampMs, value: sample.value, startTimestampMs: sample.startTimestampMs)
      batchBytes += Self.sampleBytes
    }
    for histogram in series.histograms {
      try makeRoom()
      batch.append(id, histogram: histogram)
      batchBytes += Self.histogramBytes + histogram.partCount * 10
    }
    if !mark.hasMetadata { withoutMetadata += series.samples.count + series.histograms.count }
    attach(series.exemplars)
    if !riders.isEmpty { attachRiders(to: id) }
  }

  /// Gives the sample appended last the exemplars that came in messages of their own.
  private mutating func attachRiders(to id: SeriesID) {
    guard let riding = riders.removeValue(forKey: id) else { return }
    // What one series may have is bounded; the exemplars of many messages of it can come together to any number.
    let bytesMax = batchBytes + bounds.recordBytesMax
    for rider in riding {
      let exemplars = request.series[rider].exemplars
      if batchBytes < bytesMax {
        attach(exemplars)
      } else {
        metrics.noteExemplarsWithoutSample(exemplars.count)
      }
    }
  }

  /// Gives the sample appended last its exemplars.
  private mutating func attach(_ exemplars: ArraySlice<DecodedExemplar>) {
    for exemplar in exemplars {
      batch.attach(exemplar.exemplar)
      batchBytes += Self.exemplarBytes + exemplar.labels.byteCount
    }
  }

  private mutating func makeRoom() throws(SampleSinkError) {
    if batchBytes >= bounds.recordBytesMax { try closeBatch() }
  }

  /// What comes next is in another record.
  private mutating func closeBatch() throws(SampleSinkError) {
    if batch.isEmpty { return batchBytes = 0 }
    complete.append(LaneBatch(lane: lane, batch: batch))
    completeBytes += batchBytes
    batch = SampleBatch()
    batchBytes = 0
    if completeBytes >= bounds.recordBytesMax { try writeComplete() }
  }

  private mutating func writeComplete() throws(SampleSinkError) {
    defer {
      complete = []
      completeBytes = 0
      withoutMetadata = 0
    }
    try write(complete[...])
    metrics.noteWithoutMetadata(withoutMetadata)
  }

  /// Writes `parts` together, or as several if the log says that they are too large for that.
  private mutating func write(_ parts: ArraySlice<LaneBatch>) throws(SampleSinkError) {
    guard let first = parts.first else { return }
    do throws(SampleSinkError) {
      try parts.count == 1 ? sink.take(first.batch, lane: first.lane) : sink.take(Array(parts))
    } catch {
      guard error.reason == .tooLarge else { throw error }
      if parts.count > 1 {
        for index in parts.indices { try write(parts[index...index]) }
        return
      }
      guard let (one, other) = first.batch.halves else {
        return outcome.refused.add(error.reason.rawValue) { error.description }
      }
      for half in [one, other] { try write([LaneBatch(lane: first.lane, batch: half)]) }
      return
    }
    for part in parts { noteWritten(part.batch) }
  }

  private mutating func noteWritten(_ part: borrowing SampleBatch) {
    outcome.samplesWritten += part.floatCount
    outcome.histogramsWritten += part.histograms.count
    outcome.exemplarsWritten += part.exemplars.count + part.histogramExemplars.count
    metrics.noteTaken(part)
  }
}

extension DecodedSeries {
  fileprivate var hasPoints: Bool { !samples.isEmpty || !histograms.isEmpty }
}

extension NativeHistogram {
  /// Spans, buckets and bounds.
  fileprivate var partCount: Int {
    let buckets =
      switch counts {
      case .integer(_, _, let negative, let positive): negative.count + positive.count
      case .float(_, _, let negative, let positive): negative.count + positive.count
      }
    return buckets + negativeSpans.count + positiveSpans.count + customValues.count
  }
}

extension Postponement {
  /// What a log that takes nothing means for the sender: nothing is wrong with what it sent, so it is to keep it.
  fileprivate init(_ error: SampleSinkError, _ bounds: PushBounds) {
    self.init(
      status: error.reason == .full ? 429 : 503, reason: error.description,
      retryAfterSeconds: bounds.retryAfterSeconds)
  }
}
