import DurableLog
import Logging
import RemoteWriteProtocol
import SampleLog
import Settings
import Synchronization
import Telemetry

/// What an endpoint says in the log of the program: each matter at once, then at most once a minute with a count.
struct EndpointReport: Sendable {
  private enum Matter: Hashable, Sendable {
    case refused(Int), retrying, unreadable, undecodable, damaged, missing, ledger, quarantine, requestSize, omitted
  }

  private final class Notices: Sendable {
    let state = Mutex(RateLimitedNotices<Matter>())
  }

  private let logger: Logger
  private let notices = Notices()

  init(logger: Logger, endpoint: String, place: String) {
    var logger = logger
    logger[metadataKey: "component"] = "remote"
    logger[metadataKey: "remote_name"] = "\(endpoint)"
    logger[metadataKey: "url"] = "\(place)"
    self.logger = logger
  }

  func accepted() {
    let wasFailing = notices.state.withLock { notices in
      let wasFailing = notices.isRemembered(.retrying)
      notices.forget(.retrying)
      return wasFailing
    }
    if wasFailing { logger.notice("The endpoint accepts samples again") }
  }

  func refused(_ batch: RefusedBatch, keptAt path: String?) {
    say(
      .refused(batch.status), .error,
      path == nil
        ? "The endpoint refused samples for good; they could not be kept"
        : "The endpoint refused samples for good; they are kept in quarantine",
      [
        "status": "\(batch.status)", "samples": "\(batch.refused)", "answer": "\(batch.answer)",
        "series": "\(batch.series.prefix(3).joined(separator: " "))", "kept": "\(path ?? "")",
      ])
  }

  func quarantineFailed(_ error: LogError) {
    say(.quarantine, .error, "A refused request could not be kept in quarantine", ["cause": "\(error)"])
  }

  func retrying(message: String, attempt: Int, delay: Duration) {
    say(
      .retrying, .warning, "Sending failed and is tried again; samples wait in the log",
      [
        "attempt": "\(attempt)", "next": "\(delay.milliseconds)ms", "cause": "\(message)",
      ])
  }

  func messageChanged(to version: WriteMessageVersion, because answer: String) {
    switch version {
    case .v1:
      logger.notice(
        "The endpoint does not take Remote Write 2.0; 1.0 is used, and 2.0 tried again once an hour. To have 1.0 at once set protobuf_message: prometheus.WriteRequest",
        metadata: ["answer": "\(answer)", "message": "\(version.messageName)"])
    case .v2:
      logger.notice(
        "The endpoint takes Remote Write 2.0 now", metadata: ["message": "\(version.messageName)"])
    }
  }

  func requestsTooLarge(from old: Int, to new: Int) {
    say(
      .requestSize, .notice,
      "The endpoint finds requests too large; smaller ones are sent. Set max_samples_per_send in queue_config to this",
      ["status": "413", "from": "\(old)", "to": "\(new)", "max_samples_per_send": "\(new)"])
  }

  /// Once for the endpoint; the metrics tell how much it is.
  func omitted(_ batch: RefusedBatch, keptAt path: String?) {
    guard !notices.state.withLock({ $0.isRemembered(.omitted) }) else { return }
    say(
      .omitted, .warning,
      "Remote Write 1.0 cannot carry some samples; they count as refused. Set protobuf_message: io.prometheus.write.v2.Request if the endpoint takes it",
      [
        "samples": "\(batch.refused)", "reason": "\(batch.answer)",
        "series": "\(batch.series.prefix(3).joined(separator: " "))", "kept": "\(path ?? "")",
      ])
  }

  func unreadable(_ error: LogError) {
    say(.unreadable, .error, "The log cannot be read; trying again", ["cause": "\(error)"])
  }

  func undecodable(_ record: LogRecord, _ error: SampleRecordError) {
    say(
      .undecodable, .error, "A record of the log does not hold what it should and is stepped over",
      [
        "position": "\(record.position)", "samples": "\(record.sampleCount)", "cause": "\(error)",
      ])
  }

  func damaged(_ damage: LogDamage) {
    say(
      .damaged, .error, "A part of the log is damaged and is stepped over",
      [
        "segment": "\(damage.segment)", "bytes": "\(damage.range)", "reason": "\(damage.reason.rawValue)",
        "copy": "\(damage.copiedTo ?? "none")",
      ])
  }

  func missing(_ segments: ClosedRange<SegmentNumber>, _ samples: UInt64?) {
    say(
      .missing, .error, "Segments of the log are missing",
      [
        "segments": "\(segments)", "samples": "\(samples.map(String.init) ?? "unknown")",
      ])
  }

  func ledgerNotStored(_ error: LogError) {
    say(
      .ledger, .error, "The ledger could not be written; after a crash some samples would be sent again",
      [
        "cause": "\(error)"
      ])
  }

  func resharded(from old: Int, to new: Int, _ plan: ShardPlan.Explanation) {
    logger.info("The number of shards changes", metadata: ["from": "\(old)", "to": "\(new)", "plan": "\(plan)"])
  }

  func leftBacklog(_ waiting: UInt64) {
    logger.notice("New samples go ahead of the backlog, which is sent beside them", metadata: ["backlog": "\(waiting)"])
  }

  func caughtUp() { logger.notice("The backlog that new samples went ahead of has been sent") }

  private func say(_ matter: Matter, _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata) {
    let verdict = notices.state.withLock { $0.consider(matter, at: .now) }
    guard case .say(let suppressed) = verdict else { return }
    var metadata = metadata
    if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
    logger.log(level: level, message, metadata: metadata)
  }
}
