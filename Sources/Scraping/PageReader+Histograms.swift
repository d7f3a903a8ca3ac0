import MetricModel
import Settings

/// Samples that are histograms.
extension PageReader {
  /// Takes a histogram of a line, brought within the job's bounds.
  ///
  /// - Parameter exemplars: those that are newer than what the line has brought are attached.
  /// - Returns: whether it is in the batch.
  /// - Throws: when it contradicts itself, for which the page is refused as in the reference.
  @discardableResult
  mutating func take(
    _ line: UInt32, _ histogram: NativeHistogram, _ shownTimestamp: Int64?, exemplars: [Exemplar], _ timeMs: Int64,
    _ batch: inout SampleBatch, _ summary: inout PageSummary
  ) throws(ScrapeFailure) -> Bool {
    let kind: LineCache.Marks = histogram.schema == NativeHistogram.customBucketsSchema ? .kinds : .histogram
    guard let sample = admit(line, shownTimestamp, kind, timeMs, &summary) else { return false }
    guard var fitted = try fit(histogram) else { return false }
    fitted.timestampMs = sample.timestampMs
    enroll(sample, in: &batch)
    batch.append(sample.series, histogram: fitted)
    var newest = lastExemplars[sample.line]?.timestampMs ?? .min
    let byTime = exemplars.sorted { $0.timestampMs ?? .min < $1.timestampMs ?? .min }
    for exemplar in byTime where exemplar.timestampMs ?? .min > newest {
      newest = exemplar.timestampMs ?? .min
      lastExemplars.set(exemplar, for: sample.line)
      batch.attach(exemplar)
    }
    return true
  }

  /// The histogram with no finer a schema and no more buckets than allowed; nil, which is noted, if it cannot be
  /// brought there.
  private mutating func fit(_ histogram: NativeHistogram) throws(ScrapeFailure) -> NativeHistogram? {
    guard var fitted = histogram.reduced(toSchema: histograms.schemaMax) else {
      throw invalid(histogram)
    }
    let limit = histograms.bucketLimit
    while limit > 0 && fitted.bucketCount > limit {
      guard fitted.canBeHalved, let halved = fitted.reduced(toSchema: fitted.schema - 1) else {
        bucketLimitBroken =
          "native_histogram_bucket_limit: a histogram has \(fitted.bucketCount) buckets at schema \(fitted.schema), "
          + "\(limit) are allowed"
        return nil
      }
      fitted = halved
    }
    if HistogramFlaw(in: fitted) != nil { throw invalid(fitted) }
    return fitted
  }

  private func invalid(_ histogram: NativeHistogram) -> ScrapeFailure {
    let reason = HistogramFlaw(in: histogram)?.message ?? "its buckets hold more than 64 bits can count"
    return ScrapeFailure(.page, "a native histogram contradicts itself: \(reason)")
  }
}
