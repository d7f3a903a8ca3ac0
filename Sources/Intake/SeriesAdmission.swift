import MetricModel
import RemoteWriteProtocol

/// Whether a series of a request may be taken, and in which form.
struct SeriesAdmission {
  let limits: IntakeLimits
  let version: WriteMessageVersion

  /// Whether a series without breaches is taken as it is: within all limits, and without exemplars to look at.
  func isPlain(_ series: DecodedSeries) -> Bool {
    series.exemplars.isEmpty && series.labels.count <= limits.labelsPerSeriesMax
      && series.labels.byteCount <= limits.labelBytesMax
      && (series.metadata?.byteCount ?? 0) <= limits.metadataBytesMax
  }

  /// Adds `series` to what may be taken, or to what is refused.
  func admit(
    _ series: DecodedSeries, _ breaches: ArraySlice<SpecificationBreach>, to request: inout AdmittedRequest
  ) {
    let labels = series.labels
    let pointCount = max(1, series.samples.count + series.histograms.count)
    func refuse(_ code: String, _ reason: String) {
      request.refused.add(code, count: pointCount) { "\(reason), in \(Self.text(of: labels))" }
    }
    if let breach = breaches.first(where: { $0.code.makesSeriesUnusable(in: version) }) {
      return refuse(breach.code.rawValue, breach.message)
    }
    if labels.count > limits.labelsPerSeriesMax {
      return refuse("too_many_labels", "\(labels.count) labels, at most \(limits.labelsPerSeriesMax) are taken")
    }
    let labelBytes = labels.byteCount
    if labelBytes > limits.labelBytesMax {
      return refuse("labels_too_long", "\(labelBytes) bytes of labels, at most \(limits.labelBytesMax) are taken")
    }
    let metadataBytes = series.metadata?.byteCount ?? 0
    if metadataBytes > limits.metadataBytesMax {
      return refuse(
        "metadata_too_long", "\(metadataBytes) bytes of metadata, at most \(limits.metadataBytesMax) are taken")
    }
    var admitted = series
    // The specification wants them sorted; senders exist that do not, and nothing is lost by sorting here.
    if breaches.contains(where: { $0.code == .unsortedLabels }) { admitted.labels = labels.sortedByName }
    if breaches.contains(where: { $0.code == .histogramReservedSchema }) {
      guard let histograms = Self.reduced(series.histograms) else {
        return refuse(
          SpecificationBreach.Code.histogramSpanOffset.rawValue, "a bucket that no span of a coarser schema reaches")
      }
      admitted.histograms = histograms
    }
    admitExemplars(of: series, to: &admitted, &request)
    request.series.append(admitted)
  }

  /// The histograms with none finer than every endpoint knows; nil if one cannot be written so.
  private static func reduced(_ histograms: ArraySlice<NativeHistogram>) -> ArraySlice<NativeHistogram>? {
    let finest = NativeHistogram.exponentialSchemas.upperBound
    var reduced: [NativeHistogram] = []
    for histogram in histograms {
      guard let histogram = histogram.schema > finest ? histogram.reduced(toSchema: finest) : histogram
      else { return nil }
      reduced.append(histogram)
    }
    return reduced[...]
  }

  private func admitExemplars(
    of series: DecodedSeries, to admitted: inout DecodedSeries, _ request: inout AdmittedRequest
  ) {
    var byteCount = 0
    var isChanged = false
    var kept: [DecodedExemplar] = []
    for (index, exemplar) in series.exemplars.enumerated() {
      let labelBytes = exemplar.labels.byteCount
      byteCount += labelBytes + Self.exemplarBytes
      let code: String? =
        if version == .v2 && exemplar.timestampMs == nil {
          SpecificationBreach.Code.exemplarWithoutTimestamp.rawValue
        } else if exemplar.labels.count > limits.labelsPerSeriesMax {
          // Putting labels in order costs the square of their number, and text does not bound it: it is sent once.
          "exemplar_too_many_labels"
        } else if labelBytes > limits.labelBytesMax {
          "exemplar_labels_too_long"
        } else if byteCount > limits.exemplarBytesPerSeriesMax {
          "too_many_exemplars"
        } else {
          nil
        }
      if let code {
        if !isChanged { kept = Array(series.exemplars.prefix(index)) }
        isChanged = true
        request.refused.add(code) { "an exemplar of \(Self.text(of: series.labels))" }
      } else if isChanged {
        kept.append(exemplar)
      }
    }
    if isChanged { admitted.exemplars = kept[...] }
  }

  /// What an exemplar takes beside its labels.
  private static let exemplarBytes = 32

  /// The labels for people, cut where it gets long.
  private static func text(of labels: DecodedLabels) -> String {
    let textMax = 300
    // Far more labels than are ever looked at are not written out first. Empty ones take no bytes and still time.
    let few = labels.count <= 128 && labels.byteCount <= 4 << 10
    let text = few ? labels.labelSet.description : "a series of \(labels.count) labels"
    return text.count <= textMax ? text : text.prefix(textMax) + "…"
  }
}

extension SpecificationBreach.Code {
  /// Whether nothing of a series with this breach is taken. What remains is noted: it is against the specification
  /// and yet clear what is meant.
  fileprivate func makesSeriesUnusable(in version: WriteMessageVersion) -> Bool {
    switch self {
    case .duplicateLabelName, .emptyLabelName, .emptyLabelValue, .missingMetricName: true
    case .samplesAndHistograms: true
    // A 1.0 series without points stores nothing, so taking it loses nothing.
    case .seriesWithoutData: version == .v2
    case .histogramMixedNumbers, .histogramSchema, .histogramSpanOffset, .histogramSpanLength,
      .histogramNegativeBucket, .histogramCount, .histogramCustomValues:
      true
    // A histogram of a schema to come is taken; one that is too fine, with its resolution reduced.
    case .histogramReservedSchema: false
    // Rules for 1.0 senders that the reference receiver does not insist on.
    case .nameNotLegacy, .histogramCustomBucketsInV1: false
    // Order is judged by the store, which knows earlier requests; exemplars one by one.
    case .timestampsNotIncreasing, .exemplarWithoutTimestamp: false
    case .unsortedLabels, .duplicateSymbols, .metadataWithoutType: false
    }
  }
}
