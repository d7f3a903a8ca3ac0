import MetricModel
import RemoteWriteProtocol

/// Reads a write request and sorts what may be taken from what may not. Knows nothing of earlier requests.
///
/// - Complexity: linear in the body; memory within the bounds of ``IntakeLimits``, each checked before it is taken.
public struct RequestReader: Sendable {
  public let limits: IntakeLimits

  public init(_ limits: IntakeLimits) { self.limits = limits }

  /// - Parameter body: as it came, compressed.
  public func read(_ body: [UInt8], _ headers: WriteHeaders) -> Result<AdmittedRequest, RequestRefusal> {
    open(body, headers).flatMap { read($0) }
  }

  /// Decompresses a body of a kind that is taken here.
  ///
  /// - Parameter body: as it came, compressed.
  public func open(_ body: [UInt8], _ headers: WriteHeaders) -> Result<OpenedMessage, RequestRefusal> {
    do throws(RequestRefusal) {
      return .success(try opened(body, headers))
    } catch {
      return .failure(error.sized(body.count))
    }
  }

  /// Reads a message, but for the series that were recognised in it.
  public func read(
    _ message: OpenedMessage, _ recognition: Recognition? = nil
  ) -> Result<AdmittedRequest, RequestRefusal> {
    do throws(RequestRefusal) {
      return .success(try admitted(message, recognition))
    } catch {
      return .failure(error.sized(message.compressedByteCount))
    }
  }

  private func opened(_ body: [UInt8], _ headers: WriteHeaders) throws(RequestRefusal) -> OpenedMessage {
    let version: WriteMessageVersion
    do throws(UnsupportedMedia) {
      version = try WriteMessageVersion(contentType: headers.contentType, contentEncoding: headers.contentEncoding)
    } catch {
      throw refusal(415, "unsupported_media", "\(error)", nil)
    }
    guard limits.acceptedVersions.contains(version) else {
      throw refusal(415, "version_not_accepted", "This receiver does not take \(version.messageName).", version)
    }
    var uncompressed: [UInt8] = []
    do throws(Snappy.DecompressionError) {
      try Snappy.decompress(body[...], into: &uncompressed, maximum: limits.bodyBytesMax)
    } catch {
      throw refusal(400, "snappy", "The body cannot be decompressed: \(error)", version)
    }
    return OpenedMessage(version: version, headers: headers, bytes: uncompressed, compressedByteCount: body.count)
  }

  private func admitted(
    _ message: OpenedMessage, _ recognition: Recognition?
  ) throws(RequestRefusal) -> AdmittedRequest {
    var request = AdmittedRequest(version: message.version)
    request.recognition = recognition
    if recognition?.restCount != 0 {
      let version = message.version
      let decoded: DecodedWriteRequest
      do throws(DecodingError) {
        if let recognition {
          decoded = try DecodedWriteRequest(
            decoding: message.bytes, restOf: recognition.scan, known: { recognition.marks[$0] != 0 })
        } else {
          decoded = try DecodedWriteRequest(decoding: message.bytes, version: version)
        }
      } catch {
        throw refusal(400, error.code.rawValue, "The body is not a valid \(version.messageName): \(error)", version)
      }
      try admit(decoded, to: &request)
    } else if let recognition, recognition.labelByteCount > limits.labelBytesPerRequestMax {
      throw tooManyLabelBytes(message.version)
    }
    request.bodyByteCount = message.compressedByteCount
    request.uncompressedByteCount = message.bytes.count
    request.noteHeaders(message.headers)
    if message.version == .v1 && !request.refused.isEmpty { request.withholdAll() }
    return request
  }

  private func refusal(
    _ status: Int, _ code: String, _ reason: String, _ version: WriteMessageVersion?
  ) -> RequestRefusal {
    RequestRefusal(
      answer: .refusal(status, reason, version: version),
      breaches: [code: Tally(count: 1, example: reason, severity: .violation)])
  }

  // MARK: - Admission

  /// How many breaches beyond two for each series are listed before the request is given up as a whole.
  private static let breachesMax = 10_000

  private func admit(
    _ decoded: DecodedWriteRequest, to request: inout AdmittedRequest
  ) throws(RequestRefusal) {
    request.families = decoded.metadata
    request.metadataCount = decoded.metadata.count
    let recognition = request.recognition
    try checkLabelBytes(of: decoded, beside: recognition?.labelByteCount ?? 0)
    let seriesCount = decoded.series.count + (recognition?.knownCount ?? 0)
    let validation = RequestValidation(
      of: decoded, breachesMax: seriesCount * 2 + Self.breachesMax, judgesSymbols: recognition == nil)
    if validation.unlistedCount > 0 {
      let count = validation.breaches.count + validation.unlistedCount
      throw refusal(
        400, "too_many_breaches", "The request departs from the specification in \(count) places.", decoded.version)
    }
    for breach in validation.breaches {
      request.breaches.add(breach.code.rawValue, severity: breach.severity) { breach.message }
    }
    let places = recognition?.restPlaces ?? []
    let admission = SeriesAdmission(limits: limits, version: decoded.version)
    // Nearly every request is good as it is, and copying a series counts half a dozen references.
    if validation.breaches.isEmpty, decoded.series.allSatisfy(admission.isPlain) {
      request.series = decoded.series
      request.places = places
      request.metadataCount += decoded.series.count { $0.metadata.map { $0 != .none } ?? false }
      return
    }
    request.series.reserveCapacity(decoded.series.count)
    // The breaches are in the order of the series, those of the request itself first.
    var cursor = validation.breaches.firstIndex { $0.seriesIndex != nil } ?? validation.breaches.endIndex
    for (index, series) in decoded.series.enumerated() {
      let first = cursor
      while cursor < validation.breaches.endIndex, validation.breaches[cursor].seriesIndex == index { cursor += 1 }
      if let metadata = series.metadata, metadata != .none { request.metadataCount += 1 }
      let countBefore = request.series.count
      admission.admit(series, validation.breaches[first..<cursor], to: &request)
      if !places.isEmpty && request.series.count > countBefore { request.places.append(places[index]) }
    }
  }

  /// - Parameter knownByteCount: what the labels take that need not be read.
  private func checkLabelBytes(
    of decoded: DecodedWriteRequest, beside knownByteCount: Int
  ) throws(RequestRefusal) {
    var byteCount = knownByteCount
    for series in decoded.series {
      byteCount += series.labels.byteCount + (series.metadata?.byteCount ?? 0)
      for exemplar in series.exemplars { byteCount += exemplar.labels.byteCount }
      if byteCount > limits.labelBytesPerRequestMax { throw tooManyLabelBytes(decoded.version) }
    }
  }

  private func tooManyLabelBytes(_ version: WriteMessageVersion) -> RequestRefusal {
    refusal(
      413, "too_many_label_bytes",
      "The labels and help texts of the request take more than \(limits.labelBytesPerRequestMax) bytes, written out.",
      version)
  }
}

extension RequestRefusal {
  fileprivate func sized(_ bodyByteCount: Int) -> RequestRefusal {
    var sized = self
    sized.bodyByteCount = bodyByteCount
    return sized
  }
}

extension AdmittedRequest {
  /// What is missing from the headers does not make data unusable, so it is only noted.
  fileprivate mutating func noteHeaders(_ headers: WriteHeaders) {
    if (headers.contentType ?? "").isEmpty { note("missing_content_type", "no Content-Type") }
    if (headers.contentEncoding ?? "").isEmpty { note("missing_content_encoding", "no Content-Encoding") }
    if (headers.userAgent ?? "").isEmpty { note("missing_user_agent", "no User-Agent") }
    switch headers.version {
    case nil, "": note("missing_version_header", "no X-Prometheus-Remote-Write-Version")
    case let given? where given.prefix(2) != version.versionHeader.prefix(2):
      note("version_header_mismatch", "\(given.prefix(40)) with \(version.messageName)")
    default: break
    }
  }

  /// Counts something against the specification that does not by itself hinder taking the data.
  private mutating func note(_ code: String, _ example: String) {
    breaches.add(code, severity: .violation) { example }
  }
}
