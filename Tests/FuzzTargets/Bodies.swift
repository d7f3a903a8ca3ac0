import Intake
import MetricModel
import RemoteWriteProtocol

extension FuzzTarget {
  /// Whole write requests, from the compressed body and its headers to what is taken.
  static let bodies = [
    FuzzTarget("write-request", seeds: { [[0] + encoded(.v1), [3] + encoded(.v2)] }) { input in
      guard let choice = input.first else { return }
      var limits = IntakeLimits()
      limits.bodyBytesMax = 1 << 20
      limits.labelsPerSeriesMax = 8
      limits.labelBytesMax = 256
      limits.labelBytesPerRequestMax = 1 << 16
      // Hardly any change to a compressed body leaves it readable, so that most are compressed here.
      var body = Array(input.dropFirst())
      if choice & 4 == 0 {
        let plain = body
        body = []
        Snappy.compress(plain[...], into: &body)
      }
      switch RequestReader(limits).read(body, headers(choice)) {
      case .failure(let refusal):
        precondition((400..<500).contains(refusal.answer.status), "nobody's fault but the sender's")
        precondition(refusal.bodyByteCount == body.count)
      case .success(let request):
        precondition(request.series.count + request.families.count <= request.uncompressedByteCount)
        check(request, limits)
      }
    }
  ]

  private static func headers(_ choice: UInt8) -> WriteHeaders {
    let version: WriteMessageVersion? = choice & 2 != 0 ? .v2 : choice & 8 != 0 ? nil : .v1
    return WriteHeaders(
      contentType: version?.contentType, contentEncoding: choice & 16 != 0 ? nil : "snappy",
      version: choice & 32 != 0 ? "x" : version?.versionHeader, userAgent: choice & 64 != 0 ? nil : "a/1")
  }

  /// What is admitted keeps what the admission promises.
  private static func check(_ request: AdmittedRequest, _ limits: IntakeLimits) {
    if request.version == .v1 && !request.refused.isEmpty {
      precondition(request.series.isEmpty && request.families.isEmpty, "a part of a 1.0 request was taken")
    }
    for series in request.series {
      precondition(series.labels.isSortedAndUnique && series.labels.byteCount <= limits.labelBytesMax)
      precondition(series.labels.labelSet.count <= limits.labelsPerSeriesMax)
      for histogram in series.histograms { precondition(HistogramFlaw(in: histogram) == nil) }
    }
  }
}
