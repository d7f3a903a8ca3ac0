extension WriteVerdict {
  /// Decides what `response` means: once, purely, and for both versions.
  ///
  /// The body is quoted and never interpreted, and the receiver's version is not derived from anything.
  ///
  /// - Parameters:
  ///   - version: the message that was sent.
  ///   - sent: what it held.
  public init(
    _ response: WriteResponse, to version: WriteMessageVersion, sent: WriteCounts, policy: ClassificationPolicy
  ) {
    let written = response.written
    switch response.status {
    case 200...299:
      self = Self.success(response, version, sent, written)
    case 415:
      self = .unsupported(message: response.message)
    case 429 where policy.retryOnRateLimit, 500...599:
      let after = RetryAfter.delay(response.retryAfter, atSeconds: response.receivedAtSeconds)
      self = .retryable(after: after.map { min($0, policy.retryAfterMax) }, message: response.message)
    case 400...499:
      if let written, !written.isZero {
        self = .partiallyRefused(status: response.status, written: written, message: response.message)
      } else if response.status == 413 {
        self = .tooLarge(message: response.message)
      } else {
        self = .refused(status: response.status, message: response.message)
      }
    default:
      // A redirect that was not followed, or no final status at all: the same request will meet the same answer.
      self = .refused(status: response.status, message: response.message)
    }
  }

  private static func success(
    _ response: WriteResponse, _ version: WriteMessageVersion, _ sent: WriteCounts, _ written: WriteCounts?
  ) -> WriteVerdict {
    if version == .v1 || sent.isZero { return .accepted(written: written) }
    guard let written else {
      return .unsupported(
        message: "the receiver answered \(response.status) without saying how much it wrote, as one does that took "
          + "the 2.0 message for an empty 1.0 message")
    }
    if written.isZero {
      // Some receivers answer so when they were sent a message under another's name.
      return .refused(
        status: response.status, message: "the receiver answered \(response.status) and says it wrote nothing")
    }
    if written.samples < sent.samples || written.histograms < sent.histograms {
      return .partiallyRefused(
        status: response.status, written: written,
        message: "the receiver answered \(response.status) and says it wrote \(written.samples) of \(sent.samples) "
          + "samples and \(written.histograms) of \(sent.histograms) histograms")
    }
    return .accepted(written: written)
  }
}

extension WriteResponse {
  /// The body's first bytes as text, repaired where they are not UTF-8, otherwise unchanged.
  var message: String {
    var prefix = bodyPrefix.prefix(Self.bodyPrefixMax)
    if bodyPrefix.count >= Self.bodyPrefixMax {
      // The cut may have gone through a character: what is left of it is dropped.
      let tail = prefix.suffix(3).lastIndex { $0 & 0xc0 != 0x80 }
      if let lead = tail, prefix[lead] >= 0xc0 {
        let width = prefix[lead] >= 0xf0 ? 4 : prefix[lead] >= 0xe0 ? 3 : 2
        if prefix.endIndex - lead < width { prefix = prefix[..<lead] }
      }
    }
    return String(decoding: prefix, as: UTF8.self)
  }

  /// Whether at least one of the three headers is there and readable.
  public var saysWhatWasWritten: Bool { written != nil }

  /// What the receiver says it wrote; nil if none of the three headers is there and readable.
  var written: WriteCounts? {
    let counts = [samplesWritten, histogramsWritten, exemplarsWritten].map(Self.count)
    if counts.allSatisfy({ $0 == nil }) { return nil }
    return WriteCounts(samples: counts[0] ?? 0, histograms: counts[1] ?? 0, exemplars: counts[2] ?? 0)
  }

  /// Digits only, and no more than 64 bits signed, which is what the specification gives the headers.
  private static func count(_ header: String?) -> UInt64? {
    guard let digits = header?.trimmingSpace.utf8, !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (shifted, shiftOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = shifted.addingReportingOverflow(Int64(digit - 0x30))
      if shiftOverflow || sumOverflow { return nil }
      value = sum
    }
    return UInt64(value)
  }
}
