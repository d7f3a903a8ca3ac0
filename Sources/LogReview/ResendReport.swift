public import Diagnostics
import DurableLog

/// What came of posting refused requests again: the answer of `godwit log resend`.
public struct ResendReport: Sendable {
  /// One request that had its turn.
  public struct Attempt: Sendable {
    public var entry: QuarantineReport.Entry
    public var outcome: QuarantineResend.Outcome
  }

  public let endpoint: String
  public private(set) var attempts: [Attempt] = []
  /// How many did not get their turn, because the endpoint was not available.
  public private(set) var left = 0

  /// Posts the requests, oldest first, until all had their turn or the endpoint is not available.
  ///
  /// - Parameter progress: told each attempt as it was made.
  public init(
    endpoint: String, entries: [QuarantineReport.Entry], by resend: QuarantineResend,
    progress: (Attempt) -> Void = { _ in }
  ) async throws(LogReviewError) {
    self.endpoint = endpoint
    for (index, entry) in entries.enumerated() {
      let attempt = Attempt(entry: entry, outcome: try await resend.post(entry.file))
      attempts.append(attempt)
      progress(attempt)
      if case .unavailable = attempt.outcome {
        left = entries.count - index - 1
        return
      }
    }
  }

  /// Why the run ended early; nil if it did not.
  public var unavailable: String? {
    if case .unavailable(let why) = attempts.last?.outcome { why } else { nil }
  }

  private func count(_ isCounted: (QuarantineResend.Outcome) -> Bool) -> Int {
    attempts.count { isCounted($0.outcome) }
  }

  public var accepted: Int { count { $0 == .accepted } }
  public var refused: Int { count { if case .refused = $0 { true } else { false } } }
  public var unreadable: Int { count { $0 == .unreadable } }

  /// Those that did not get an answer to go by: the one that ended the run and what comes after it.
  private var kept: Int { left + (unavailable == nil ? 0 : 1) }

  public var answer: Answer {
    guard !attempts.isEmpty else {
      return Answer(summary: "There is nothing to send: the quarantine is empty.") { write(to: &$0) }
    }
    var summary = "\(accepted) of \(attempts.count + left) refused requests accepted now"
    if refused > 0 { summary += ", \(refused) refused again and kept" }
    if unreadable > 0 { summary += ", \(unreadable) not readable" }
    if kept > 0 { summary += ", \(kept) left because the endpoint is not available" }
    return Answer(summary: summary + ".", findings: findings) { write(to: &$0) }
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("endpoint", endpoint)
      writer.member("accepted", accepted)
      writer.member("refused", refused)
      writer.member("left", kept)
      writer.member("attempts") { writer in
        writer.array { writer in for attempt in attempts { attempt.write(to: &writer) } }
      }
    }
  }

  private var findings: [Finding] {
    var findings: [Finding] = []
    if refused > 0 {
      findings.append(
        Finding(
          id: ResendFinding.refusedAgain.rawValue, severity: .error,
          message: "\"\(endpoint)\" refused \(refused) of the requests again", why: "they stay in the quarantine",
          evidence: attempts.last { if case .refused = $0.outcome { true } else { false } }?.words ?? "",
          fix: "remove what the endpoint objects to, or `godwit log drop` what it will never take"))
    }
    if let unavailable {
      findings.append(
        Finding(
          id: ResendFinding.unavailable.rawValue, severity: .error, message: "\"\(endpoint)\" is not available",
          why: "the run ended there; what had no turn stays in the quarantine", evidence: unavailable,
          fix: "run it again once the endpoint answers"))
    }
    return findings
  }
}

/// What can come of posting refused requests again. The raw value is the stable id of the finding.
enum ResendFinding: String, CaseIterable {
  /// The endpoint refuses a request of the quarantine once more.
  case refusedAgain = "GW623"
  /// The endpoint cannot be reached or asks to come back later.
  case unavailable = "GW624"
}

extension ResendReport.Attempt {
  /// What became of it, as a word.
  public var word: String {
    switch outcome {
    case .accepted: "accepted"
    case .refused: "refused"
    case .unreadable: "unreadable"
    case .vanished: "vanished"
    case .unavailable: "unavailable"
    }
  }

  /// What the endpoint or the way to it said; empty where nothing was said.
  public var words: String {
    switch outcome {
    case .refused(let status, let answer): answer.isEmpty ? "status \(status)" : "status \(status): \(answer)"
    case .unavailable(let why): why
    case .accepted, .unreadable, .vanished: ""
    }
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("file", entry.file.name)
      writer.member("outcome", word)
      if !words.isEmpty { writer.member("words", words) }
      if let refusal = entry.refusal { writer.member("samples", refusal.refused) }
    }
  }
}
