import MetricModel
import RemoteWriteProtocol

/// Reads a write request and sorts what may be taken from what may not. Knows nothing of earlier requests.
struct RequestReader: Sendable {
  /// A request of which nothing is taken.
  struct Refusal: Error {
    var answer: WriteAnswer
    var breaches: [String: ReceiverTotals.Tally] = [:]
  }

  private let acceptedVersions: Set<WriteMessageVersion>
  private let bodyBytesMax: Int
  private let labelsPerSeriesMax: Int

  init(_ settings: ReceiverSettings) {
    acceptedVersions = settings.acceptedVersions
    bodyBytesMax = settings.bodyBytesMax
    labelsPerSeriesMax = settings.labelsPerSeriesMax
  }

  func read(_ body: [UInt8], _ headers: WriteHeaders) -> Result<IncomingRequest, Refusal> {
    let version: WriteMessageVersion
    do throws(UnsupportedMedia) {
      version = try WriteMessageVersion(contentType: headers.contentType, contentEncoding: headers.contentEncoding)
    } catch {
      return refuse(415, "unsupported_media", "\(error)", nil)
    }
    guard acceptedVersions.contains(version) else {
      return refuse(415, "version_not_accepted", "This receiver does not take \(version.messageName).", version)
    }
    var uncompressed: [UInt8] = []
    do throws(Snappy.DecompressionError) {
      try Snappy.decompress(body[...], into: &uncompressed, maximum: bodyBytesMax)
    } catch {
      return refuse(400, "snappy", "The body cannot be decompressed: \(error)", version)
    }
    let byteCount = uncompressed.count
    do throws(DecodingError) {
      let decoded = try DecodedWriteRequest(decoding: uncompressed, version: version)
      return admit(decoded).map { admitted in
        var request = admitted
        request.uncompressedByteCount = byteCount
        noteHeaders(headers, version, &request)
        return request
      }
    } catch {
      return refuse(400, error.code.rawValue, "The body is not a valid \(version.messageName): \(error)", version)
    }
  }

  private func refuse(
    _ status: Int, _ code: String, _ reason: String, _ version: WriteMessageVersion?
  ) -> Result<IncomingRequest, Refusal> {
    .failure(
      Refusal(
        answer: .refusal(status, reason, version: version),
        breaches: [code: ReceiverTotals.Tally(count: 1, example: reason, severity: .violation)]))
  }

  /// What is missing from the headers does not make data unusable, so it is only noted.
  private func noteHeaders(_ headers: WriteHeaders, _ version: WriteMessageVersion, _ request: inout IncomingRequest) {
    if (headers.contentType ?? "").isEmpty { request.note("missing_content_type", "no Content-Type") }
    if (headers.contentEncoding ?? "").isEmpty { request.note("missing_content_encoding", "no Content-Encoding") }
    if (headers.userAgent ?? "").isEmpty { request.note("missing_user_agent", "no User-Agent") }
    switch headers.version {
    case nil, "": request.note("missing_version_header", "no X-Prometheus-Remote-Write-Version")
    case let given? where given.prefix(2) != version.versionHeader.prefix(2):
      request.note("version_header_mismatch", "\(given.prefix(40)) with \(version.messageName)")
    default: break
    }
  }

  // MARK: - Admission

  /// How many breaches beyond one for each series are listed before the request is given up as a whole.
  private static let breachesMax = 10_000

  private func admit(_ decoded: DecodedWriteRequest) -> Result<IncomingRequest, Refusal> {
    var request = IncomingRequest(version: decoded.version)
    request.metadataCount = decoded.metadata.count
    let validation = RequestValidation(of: decoded, breachesMax: decoded.series.count + Self.breachesMax)
    if validation.unlistedCount > 0 {
      let count = validation.breaches.count + validation.unlistedCount
      return refuse(
        400, "too_many_breaches", "The request departs from the specification in \(count) places.", decoded.version)
    }
    for breach in validation.breaches { request.note(breach) }
    // The breaches are in the order of the series, those of the request itself first.
    var cursor = validation.breaches.firstIndex { $0.seriesIndex != nil } ?? validation.breaches.endIndex
    for (index, series) in decoded.series.enumerated() {
      let first = cursor
      while cursor < validation.breaches.endIndex, validation.breaches[cursor].seriesIndex == index { cursor += 1 }
      if let metadata = series.metadata, metadata != .none { request.metadataCount += 1 }
      admit(series, validation.breaches[first..<cursor], &request)
    }
    return .success(request)
  }

  private func admit(
    _ series: DecodedSeries, _ breaches: ArraySlice<SpecificationBreach>, _ request: inout IncomingRequest
  ) {
    let labels = series.labels
    let pointCount = max(1, series.samples.count + series.histograms.count)
    let version = request.version
    if let breach = breaches.first(where: { $0.code.makesSeriesUnusable(in: version) }) {
      request.refuse(breach.code.rawValue, count: pointCount) { "\(breach.message), in \(Self.text(of: labels))" }
      return
    }
    if labels.count > labelsPerSeriesMax {
      request.refuse("too_many_labels", count: pointCount) {
        "\(labels.count) labels, at most \(labelsPerSeriesMax) are taken, in \(Self.text(of: labels))"
      }
      return
    }
    var exemplarCount = series.exemplars.count
    if version == .v2 {
      let untimedCount = series.exemplars.count { $0.timestampMs == nil }
      if untimedCount > 0 {
        exemplarCount -= untimedCount
        request.refuse(SpecificationBreach.Code.exemplarWithoutTimestamp.rawValue, count: untimedCount) {
          "an exemplar of \(Self.text(of: labels))"
        }
      }
    }
    append(series, exemplarCount, &request)
  }

  private func append(_ series: DecodedSeries, _ exemplarCount: Int, _ request: inout IncomingRequest) {
    let labels = series.labels
    let metadata = series.metadata ?? .none
    if labels.isSortedAndUnique {
      request.batch.append(
        labels: (0..<labels.count).lazy.map { (name: labels.name(at: $0), value: labels.value(at: $0)) },
        samples: series.samples, histograms: series.histograms, exemplarCount: exemplarCount, metadata: metadata)
    } else {
      // The specification wants them sorted; senders exist that do not, and nothing is lost by sorting here.
      let sorted = labels.labelSet
      request.batch.append(
        labels: (0..<sorted.count).lazy.map { (name: sorted.name(at: $0), value: sorted.value(at: $0)) },
        samples: series.samples, histograms: series.histograms, exemplarCount: exemplarCount, metadata: metadata)
    }
  }

  /// The labels for people, cut where it gets long.
  private static func text(of labels: DecodedLabels) -> String {
    let textMax = 300
    let text = labels.labelSet.description
    return text.count <= textMax ? text : text.prefix(textMax) + "…"
  }
}

extension IncomingRequest {
  /// Counts something against the specification that does not by itself hinder taking the data.
  fileprivate mutating func note(_ code: String, _ example: String) {
    breaches[code, default: ReceiverTotals.Tally(count: 0, example: example, severity: .violation)].count += 1
  }

  fileprivate mutating func note(_ breach: SpecificationBreach) {
    let tally = ReceiverTotals.Tally(count: 0, example: breach.message, severity: breach.severity)
    breaches[breach.code.rawValue, default: tally].count += 1
  }

  fileprivate mutating func refuse(_ code: String, count: Int, example: () -> String) {
    if refused[code] == nil { refused[code] = ReceiverTotals.Tally(count: 0, example: example()) }
    refused[code]?.count += count
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
    // Rules for 1.0 senders that the reference receiver does not insist on.
    case .nameNotLegacy, .histogramCustomBucketsInV1: false
    // Order is judged by the ledger, which knows earlier requests; exemplars one by one.
    case .timestampsNotIncreasing, .exemplarWithoutTimestamp: false
    case .unsortedLabels, .duplicateSymbols, .metadataWithoutType: false
    }
  }
}
