public import RemoteWriteProtocol

/// What a counting receiver has received so far. The counts of a window are the difference of two readings.
public struct ReceivedCounts: Hashable, Sendable {
  /// Requests that were taken.
  public internal(set) var requests = 0
  /// Requests that could not be read; nothing of them is counted.
  public internal(set) var malformed = 0
  /// Samples that are not histograms, stale markers among them.
  public internal(set) var samples = 0
  public internal(set) var histograms = 0
  public internal(set) var exemplars = 0
  /// `TimeSeries` messages: a series counts in each request that it is in.
  public internal(set) var series = 0
  /// Bytes of bodies as they came, compressed.
  public internal(set) var bytes = 0
  /// Bytes of bodies as protobuf.
  public internal(set) var messageBytes = 0
  /// From a sample's timestamp to the answer, in milliseconds.
  public internal(set) var delaysMs = Spread()
  public internal(set) var samplesPerRequest = Spread()

  public init() {}

  /// What one request brought.
  public struct Request: Hashable, Sendable {
    public var samples = 0
    public var histograms = 0
    public var exemplars = 0
  }

  /// Counts one request.
  ///
  /// - Parameters:
  ///   - message: the uncompressed body.
  ///   - bytes: how many bytes it had compressed.
  ///   - nowMs: milliseconds since the Unix epoch.
  /// - Returns: what it brought; nil if it cannot be read.
  public mutating func count(
    _ message: [UInt8], _ version: WriteMessageVersion, bytes: Int, nowMs: Int64
  ) -> Request? {
    var tally = RequestTally()
    do {
      try SampleWalk.walk(message.span, version, &tally)
    } catch {
      malformed += 1
      return nil
    }
    tally.endRun()
    requests += 1
    samples += tally.request.samples
    histograms += tally.request.histograms
    exemplars += tally.request.exemplars
    series += tally.series
    self.bytes += bytes
    messageBytes += message.count
    samplesPerRequest.add(Int64(tally.request.samples + tally.request.histograms))
    for run in tally.runs {
      // Timestamps come from outside: far ones must not overflow.
      delaysMs.add(nowMs.subtractingReportingOverflow(run.timestampMs).partialValue, times: run.count)
    }
    return tally.request
  }

  public static func - (later: ReceivedCounts, earlier: ReceivedCounts) -> ReceivedCounts {
    var difference = later
    difference.requests -= earlier.requests
    difference.malformed -= earlier.malformed
    difference.samples -= earlier.samples
    difference.histograms -= earlier.histograms
    difference.exemplars -= earlier.exemplars
    difference.series -= earlier.series
    difference.bytes -= earlier.bytes
    difference.messageBytes -= earlier.messageBytes
    difference.delaysMs = later.delaysMs - earlier.delaysMs
    difference.samplesPerRequest = later.samplesPerRequest - earlier.samplesPerRequest
    return difference
  }
}

/// The counts of one request while it is walked. The samples of a scrape share their time, so times are kept as runs.
private struct RequestTally: SampleVisitor {
  var request = ReceivedCounts.Request()
  var series = 0
  private(set) var runs: [(timestampMs: Int64, count: Int)] = []
  private var timestampMs: Int64 = 0
  private var run = 0

  mutating func visitSeries() { series &+= 1 }

  mutating func visitSample(timestampMs: Int64, valueAt: Int?, timestampAt: Int?) {
    request.samples &+= 1
    extend(timestampMs)
  }

  mutating func visitHistogram(timestampMs: Int64) {
    request.histograms &+= 1
    extend(timestampMs)
  }

  mutating func visitExemplar() { request.exemplars &+= 1 }

  mutating func endRun() {
    if run > 0 { runs.append((timestampMs, run)) }
    run = 0
  }

  @inline(__always)
  private mutating func extend(_ timestampMs: Int64) {
    if timestampMs != self.timestampMs {
      endRun()
      self.timestampMs = timestampMs
    }
    run &+= 1
  }
}
