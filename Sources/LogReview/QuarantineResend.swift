public import Delivery
public import DurableLog
import RemoteWriteProtocol

/// Posts refused requests again, oldest first, and takes away what the endpoint accepts now.
///
/// ```swift
/// let resend = try QuarantineResend(directory: "data-agent", endpoint: "main", courier: courier)
/// for entry in entries {
///   if case .unavailable = try await resend.post(entry.file) { break }
/// }
/// ```
///
/// What is refused once more stays where it is. The ledger is not changed: the samples have left it as refused.
public struct QuarantineResend: Sendable {
  /// What became of one request.
  public enum Outcome: Hashable, Sendable {
    /// Taken; the file is gone.
    case accepted
    /// Refused once more, or in part: the endpoint does not say which part, so all of it stays.
    case refused(status: Int, answer: String)
    /// Not posted: the file is not what it should be.
    case unreadable
    /// Not posted: the file went before its turn.
    case vanished
    /// The endpoint could not be reached or asked to come back later; there is no use in posting more.
    case unavailable(String)
  }

  private let folder: QuarantineFolder
  private let courier: Courier

  /// - Parameter directory: the storage path.
  public init(directory: String, endpoint: String, courier: @escaping Courier) throws(LogReviewError) {
    do {
      folder = try QuarantineFolder(directory: directory, endpoint: endpoint)
    } catch {
      throw .log(error)
    }
    self.courier = courier
  }

  /// Posts one request as it was posted before, byte for byte.
  public func post(_ file: QuarantineFolder.File) async throws(LogReviewError) -> Outcome {
    do {
      guard let contents = try folder.contents(of: file, bytesMax: Int(clamping: file.bytes)) else { return .vanished }
      guard let (refusal, body) = Refusal.body(of: contents) else { return .unreadable }
      let answer = await courier(
        OutgoingRequest(version: refusal.version, body: body, earlierAttempts: refusal.isUnsent ? 0 : 1))
      let outcome = Self.outcome(of: answer, to: refusal, holding: Self.counts(of: body, refusal))
      // It may have gone meanwhile to make room for a newer one.
      if outcome == .accepted { _ = try folder.remove(file) }
      return outcome
    } catch {
      throw .log(error)
    }
  }

  /// What a request holds of each kind, which the first line does not tell and the answer to 2.0 does. All counts as
  /// floats where the body cannot be read: an endpoint that could not read it either will say so.
  private static func counts(of body: [UInt8], _ refusal: Refusal) -> WriteCounts {
    var message: [UInt8] = []
    guard (try? Snappy.decompress(body[...], into: &message, maximum: bodyBytesMax)) != nil,
      let request = try? DecodedWriteRequest(decoding: message, version: refusal.version)
    else { return WriteCounts(samples: max(1, refusal.samples)) }
    return WriteCounts(samples: UInt64(request.sampleCount), histograms: UInt64(request.histogramCount))
  }

  /// Far above what is ever sent.
  private static let bodyBytesMax = 64 << 20

  /// What an answer means for the request. Pure.
  static func outcome(
    of answer: CourierAnswer, to refusal: Refusal, holding sent: WriteCounts
  ) -> Outcome {
    switch answer {
    case .unreachable(let why): return .unavailable(why)
    case .answered(let response):
      // Whatever the configuration makes of a 429 for new samples, here nothing is lost by coming back later.
      let verdict = WriteVerdict(
        response, to: refusal.version, sent: sent,
        policy: ClassificationPolicy(retryOnRateLimit: true))
      switch verdict {
      case .accepted: return .accepted
      case .retryable(_, let message):
        return .unavailable("status \(response.status)" + (message.isEmpty ? "" : ": \(message)"))
      case .refused(_, let message), .tooLarge(let message), .unsupported(let message),
        .partiallyRefused(_, _, let message):
        return .refused(status: response.status, answer: message)
      }
    }
  }
}
