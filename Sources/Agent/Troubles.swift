import Foundation
public import Logging
import Settings
import Synchronization
public import Telemetry

/// What is wrong with the agent now: noted by whoever finds out, shown to whoever asks, and told in the log of the
/// program once when it begins and once when it ends.
///
///     troubles.raise(.logNotWriting, "The log cannot be written", evidence: "\(error)", fix: "free space")
///     troubles.clear(.logNotWriting)
public final class Troubles: Sendable {
  private let list = Mutex(TroubleList())
  private let gauges: [TroubleCode: Gauge]
  private let logger: Logger
  private let nowMs: @Sendable () -> Int64

  /// - Parameter nowMs: milliseconds since the Unix epoch.
  public init(registry: MetricsRegistry, logger: Logger, nowMs: @escaping @Sendable () -> Int64) {
    gauges = Dictionary(
      uniqueKeysWithValues: TroubleCode.allCases.map { code in
        (
          code,
          registry.gauge("godwit_trouble", help: "1 while something is wrong.", labels: [("code", code.rawValue)])
        )
      })
    self.logger = logger
    self.nowMs = nowMs
  }

  /// In the order of the codes, then by subject.
  public var current: [Trouble] { list.withLock { $0.current } }

  /// Notes that something is wrong, or what is new about it. It is logged when it begins and when its message changes:
  /// what differs from one moment to the next belongs into `evidence`.
  ///
  /// - Parameter subject: the endpoint concerned; empty for the agent as a whole.
  public func raise(
    _ code: TroubleCode, about subject: String = "", _ message: String, evidence: String, fix: String
  ) {
    let trouble = Trouble(
      code: code, subject: subject, sinceMs: nowMs(), message: message, evidence: evidence, fix: fix)
    let isNews = list.withLock { list in
      let isNews = list.raise(trouble)
      gauges[code]?.set(1)
      return isNews
    }
    guard isNews else { return }
    logger.log(
      level: code.severity == .error ? .error : .warning, "\(message)",
      metadata: metadata(code, subject, [("evidence", evidence), ("fix", fix)]))
  }

  /// Notes that it is over; nothing happens where it was not wrong.
  public func clear(_ code: TroubleCode, about subject: String = "") {
    let ended = list.withLock { list in
      let ended = list.clear(code, about: subject)
      if !list.contains(code) { gauges[code]?.set(0) }
      return ended
    }
    guard let ended else { return }
    let lasted = Duration.milliseconds(max(0, nowMs() - ended.sinceMs))
    logger.notice(
      "\(code.ending)", metadata: metadata(code, subject, [("lasted", Self.roughly(lasted)), ("was", ended.message)]))
  }

  /// Makes `wrong` all that is wrong under `code`, by subject: the rest is over.
  func settle(_ code: TroubleCode, _ wrong: [String: (message: String, evidence: String, fix: String)]) {
    for subject in list.withLock({ $0.subjects(of: code) }) where wrong[subject] == nil { clear(code, about: subject) }
    for (subject, words) in wrong.sorted(by: { $0.key < $1.key }) {
      raise(code, about: subject, words.message, evidence: words.evidence, fix: words.fix)
    }
  }

  private func metadata(_ code: TroubleCode, _ subject: String, _ more: [(String, String)]) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["trouble": "\(code.rawValue)"]
    if !subject.isEmpty { metadata["remote_name"] = "\(subject)" }
    for (key, text) in more where !text.isEmpty { metadata[key] = "\(text)" }
    return metadata
  }

  /// To the second, or to the millisecond below one.
  private static func roughly(_ duration: Duration) -> String {
    DurationText.format(duration < .seconds(1) ? duration : .seconds(duration.components.seconds))
  }
}
