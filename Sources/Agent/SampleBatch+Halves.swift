import MetricModel

extension SampleBatch {
  /// The same samples in two batches, floats before histograms, each with its exemplars; nil for fewer than two.
  ///
  /// - Complexity: linear; for the rare batch that is larger than a record may be.
  var halves: (SampleBatch, SampleBatch)? {
    guard sampleCount > 1 else { return nil }
    var parts = (SampleBatch(), SampleBatch())
    let cut = sampleCount / 2
    var next = exemplars.startIndex
    for index in series.indices {
      let start = startTimestampsMs.isEmpty ? 0 : startTimestampsMs[index]
      var attached: [Exemplar] = []
      while next < exemplars.endIndex && exemplars[next].sampleIndex == index {
        attached.append(exemplars[next].exemplar)
        next += 1
      }
      Self.change(&parts, isFirst: index < cut) { part in
        part.append(series[index], timestampMs: timestampsMs[index], value: values[index], startTimestampMs: start)
        for exemplar in attached { part.attach(exemplar) }
      }
    }
    next = histogramExemplars.startIndex
    for index in histograms.indices {
      var attached: [Exemplar] = []
      while next < histogramExemplars.endIndex && histogramExemplars[next].sampleIndex == index {
        attached.append(histogramExemplars[next].exemplar)
        next += 1
      }
      Self.change(&parts, isFirst: series.count + index < cut) { part in
        part.append(histograms[index].series, histogram: histograms[index].histogram)
        for exemplar in attached { part.attach(exemplar) }
      }
    }
    return parts
  }

  private static func change(
    _ parts: inout (SampleBatch, SampleBatch), isFirst: Bool, _ body: (inout SampleBatch) -> Void
  ) {
    if isFirst { body(&parts.0) } else { body(&parts.1) }
  }
}
