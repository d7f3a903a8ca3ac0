import Delivery
import DurableLog
import Foundation
import Logging
import SampleLog
import Synchronization
import Telemetry

/// Keeps the log in its bounds and on the disk: syncs at intervals, removes what everybody has, lets expire what is
/// beyond the operator's bounds, closes the gate where nothing may expire, and notes what is wrong.
final class LogUpkeep: Sendable {
  private let log: DurableLog
  private let endpoints: EndpointSet
  private let retention: Retention
  private let gate: LogGate
  private let watched: WatchedLog
  private let troubles: Troubles
  private let pushes: PushStore
  private let lookout: Lookout
  private let telemetry: MetricsRegistry
  private let logger: Logger
  /// Where the log ended when the disk last failed to confirm; nil while it does.
  private let unconfirmed = Mutex<LogPosition?>(nil)
  /// Held while the log is looked after.
  private let care: Mutex<Care>

  private struct Care {
    var pace: UpkeepPace
    var last = Retention.Decision()
  }

  init(
    log: DurableLog, endpoints: EndpointSet, retention: Retention, gate: LogGate, watched: WatchedLog,
    troubles: Troubles, pushes: PushStore, lookout: Lookout, telemetry: MetricsRegistry, logger: Logger
  ) {
    self.log = log
    self.endpoints = endpoints
    self.retention = retention
    self.gate = gate
    self.watched = watched
    self.troubles = troubles
    self.pushes = pushes
    self.lookout = lookout
    self.telemetry = telemetry
    self.logger = logger
    care = Mutex(Care(pace: UpkeepPace(at: .now, bytes: log.bytes)))
  }

  /// Runs until the task is cancelled.
  func run() async {
    tellIncidents()
    // An append is to be synced after the interval; then it is also time to see that it has returned.
    log.watchDisk { [lookout, interval = log.settings.lookInterval] in lookout.look(within: interval) }
    defer { log.watchDisk(nil) }
    await withTaskGroup { group in
      group.addTask {
        await self.log.syncRegularly(
          waiting: { untilDue in
            // The thread that has synced is awake, and what it has synced may have made something necessary.
            self.lookAfterLog { pace, now, bytes in pace.isTime(at: now, bytes: bytes) }
            try await self.lookout.wait(untilDue)
          }, reporting: self.noteUnconfirmed)
      }
      group.addTask {
        while (try? await self.lookout.wait(self.untilCare)) != nil { self.lookAfterLog { _, _, _ in true } }
      }
    }
  }

  /// How long the log need not be looked after, if no sync comes by; nil if it is time. While the disk hangs none does.
  private func untilCare() -> Duration? {
    let isPassedBy = log.settings.isSyncedAtIntervals && log.stalledSinceMs == nil
    let bytes = isPassedBy ? nil : log.bytes
    // Whoever looks after it now will be done soon.
    let pause: Duration?? = care.withLockIfAvailable { $0.pace.pause(at: .now, bytes: bytes) }
    return pause ?? UpkeepPace.interval
  }

  private func lookAfterLog(if isTime: (UpkeepPace, ContinuousClock.Instant, UInt64) -> Bool) {
    care.withLock { care in
      guard isTime(care.pace, .now, log.bytes) else { return }
      care.last = tidy(after: care.last)
      watched.settle()
      pushes.settle()
      settleSync()
      checkEndpoints()
      care.pace.note(at: .now, bytes: log.bytes, isCalm: troubles.current.isEmpty && care.last.floors.isEmpty)
    }
  }

  // MARK: - Bounds

  private func tidy(after last: Retention.Decision) -> Retention.Decision {
    let backlogs = endpoints.backlogs
    let segments = log.segments()
    let decision = retention.decide(
      segments, endpoints: backlogs, end: log.end, nowMs: Int64(Date().timeIntervalSince1970 * 1000), last: last)
    for (name, floor) in decision.floors {
      endpoints.expire(before: LogPosition(segment: floor.segment, offset: 0), for: name)
    }
    tellExpiry(decision, backlogs, segments)
    apply(decision.refusals)
    do {
      try log.remove(before: LogPosition(segment: decision.removeBefore, offset: 0))
      troubles.clear(.logNotTrimmed)
    } catch {
      troubles.raise(
        .logNotTrimmed, "A segment that nobody needs cannot be removed; the log takes more room than it should",
        evidence: "\(error)", fix: "check that this user may write to the storage path")
    }
    return decision
  }

  private func tellExpiry(
    _ decision: Retention.Decision, _ backlogs: [Retention.Endpoint], _ segments: [SegmentSummary]
  ) {
    var words: [String: (message: String, evidence: String, fix: String)] = [:]
    for endpoint in backlogs {
      guard let bound = decision.expiring[endpoint.name] else { continue }
      let waiting = ByteText.format(Backlog(segments, from: endpoint.lowWater).bytes)
      words[endpoint.name] = (bound.sentence, "\(waiting) of the log wait for it", bound.fix)
    }
    troubles.settle(.samplesExpiring, words)
  }

  private func apply(_ refusals: [Retention.Refusal]) {
    if let first = refusals.first {
      gate.close("\(first.sentence); \(first.fix)")
    } else {
      gate.open()
    }
    troubles.settle(
      .logRefusing,
      Dictionary(refusals.map { ($0.subject, ($0.sentence, $0.evidence, $0.fix)) }) { first, _ in first })
  }

  // MARK: - The disk

  private func noteUnconfirmed(_ error: LogError) {
    unconfirmed.withLock { $0 = log.end }
    troubles.raise(
      .logNotSynced,
      "The disk does not confirm what is written; a power cut now could cost more than the sync interval",
      evidence: "\(error)", fix: "check the disk; what follows goes to a new segment")
  }

  /// It is over when something that was written after the failure has been confirmed.
  private func settleSync() {
    let isOver = unconfirmed.withLock { position in
      guard let failed = position, log.synced > failed else { return false }
      position = nil
      return true
    }
    if isOver { troubles.clear(.logNotSynced) }
  }

  private func tellIncidents() {
    let damage = log.incidents.filter { $0.kind != .tailTorn }
    // What a process that was killed leaves behind is no damage: it had not been taken.
    for incident in log.incidents where incident.kind == .tailTorn {
      logger.notice(
        "The log ended in a record that was never finished; it had not been taken",
        metadata: ["incident": "\(incident.message)", "path": "\(incident.path)"])
    }
    guard let first = damage.first else { return }
    troubles.raise(
      .damageFound, "The log was not as it should be when it was opened; what could not be read is kept in damaged/",
      evidence: "\(first.message) (\(first.path))" + (damage.count > 1 ? " and \(damage.count - 1) more" : ""),
      fix: "check the disk; nothing has to be done for the agent to go on")
  }

  // MARK: - Endpoints

  private func checkEndpoints() {
    let statuses = endpoints.statuses
    var broken: [String: (message: String, evidence: String, fix: String)] = [:]
    for status in statuses {
      if !status.isBalanced {
        broken[status.name] = (
          "The samples of an endpoint do not add up",
          "taken \(status.taken), settled \(status.settled.total), waiting \(status.waiting)",
          "this is a mistake in Godwit, please report it"
        )
      }
      let damaged = telemetry.value(
        of: "prometheus_remote_storage_samples_dropped_total",
        labels: [("remote_name", status.name), ("url", status.place), ("reason", "damaged_record")])
      if let damaged, damaged > 0 {
        troubles.raise(
          .damageFound, about: status.name, "Records of the log could not be read and were stepped over",
          evidence: "\(UInt64(damaged)) samples since the start; copies are in damaged/", fix: "check the disk")
      }
    }
    troubles.settle(.balanceBroken, broken)
  }
}
