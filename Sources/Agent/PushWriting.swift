import Intake
import MetricModel
import RemoteWriteProtocol

/// One request on its way into the log: a record for each lane that it touches, or several where it is large.
///
/// If a later record fails after an earlier one was taken, the sender is told to send all of it again, and what was
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
    for (index, series) in request.series.enumerated() where !series.hasPoints && !series.exemplars.isEmpty {
      riders[resolved.ids[index], default: []].append(index)
    }
    do throws(SampleSinkError) {
      for lane in PushLane.all {
        self.lane = lane
        for index in resolved.lanes.indices where resolved.lanes[index] == lane { try add(index) }
        try flush()
      }
    } catch {
      outcome.postponement = Postponement(error, bounds)
      return
    }
    let left = riders.values.joined().reduce(0) { $0 + request.series[$1].exemplars.count }
    metrics.noteExemplarsWithoutSample(left)
  }

  // MARK: - Parts

  private mutating func add(_ index: Int) throws(SampleSinkError) {
    let series = request.series[index]
    guard series.hasPoints else { return }
    let id = resolved.ids[index]
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
    if !resolved.haveMetadata[index] { withoutMetadata += series.samples.count + series.histograms.count }
    attach(series.exemplars)
    guard !riders.isEmpty, let riding = riders.removeValue(forKey: id) else { return }
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
    if batchBytes >= bounds.recordBytesMax { try flush() }
  }

  private mutating func flush() throws(SampleSinkError) {
    defer {
      batch.removeAll()
      batchBytes = 0
      withoutMetadata = 0
    }
    if batch.isEmpty { return }
    try write(batch)
    metrics.noteWithoutMetadata(withoutMetadata)
  }

  /// Writes `part` as one record, or as several if the log says that it is too large for one.
  private mutating func write(_ part: SampleBatch) throws(SampleSinkError) {
    do throws(SampleSinkError) {
      try sink.take(part, lane: lane)
    } catch {
      guard error.reason == .tooLarge else { throw error }
      guard let (first, second) = part.halves else {
        return outcome.refused.add(error.reason.rawValue) { error.description }
      }
      try write(first)
      try write(second)
      return
    }
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
