import Delivery
import Diagnostics
import DurableLog

/// Says what was met in words: what, where, what it leads to and what to do.
struct LogFindings {
  private var all: [Finding] = []

  /// The worst first, otherwise in the order in which they were met.
  var sorted: [Finding] {
    Finding.Severity.allCases.flatMap { severity in all.filter { $0.severity == severity } }
  }

  private mutating func add(
    _ finding: LogFinding, _ severity: Finding.Severity, path: String, _ message: String, why: String,
    evidence: String = "", fix: String = ""
  ) {
    all.append(
      Finding(
        id: finding.rawValue, severity: severity, path: path, message: message, why: why, evidence: evidence, fix: fix))
  }

  // MARK: - The log

  mutating func note(_ incidents: [LogIncident]) {
    for incident in incidents {
      switch incident.kind {
      case .fileForeign, .fileSetAside:
        add(
          .foreignFile, .warning, path: incident.path, "a file among the segments is none",
          why: "the agent moves it to damaged/ when it starts and goes on without it; if it was a segment, its samples "
            + "are lost",
          evidence: incident.message, fix: "move it away if it does not belong here, or bring back the whole file")
      case .tailTorn:
        add(
          .tornTail, .info, path: incident.path, "the log ends in a record that was never finished",
          why: "a process died while it wrote; nobody was told that the record had been taken, so nothing is lost",
          evidence: incident.message)
      case .tailDamaged:
        add(
          .damaged, .error, path: incident.path, "the log ends in bytes that are no record",
          why: "what they were cannot be told; if they were records, their samples are lost",
          evidence: incident.message, fix: "check the disk")
      case .segmentsMissing:
        add(
          .missing, .error, path: incident.path, "segments are missing in the middle of the log",
          why: "endpoints that had not come past them lose their samples, which are counted as damaged",
          evidence: incident.message, fix: "bring the files back if they were moved, and check the disk")
      }
    }
  }

  mutating func note(
    _ losses: [LogReadEvent], _ undecodable: [LogVerification.Undecodable], _ inspection: LogInspection
  ) {
    for case .damaged(let damage) in losses { note(damage, path: inspection.path(of: damage.segment)) }
    for case .missing(let segments, let samples) in losses where isUnsaid(segments, inspection) {
      add(
        .missing, .error, path: inspection.directory + "/segments", "segments are missing in the middle of the log",
        why: "endpoints that had not come past them lose their samples, which are counted as damaged",
        evidence: "segments \(segments.lowerBound) to \(segments.upperBound), \(Self.samples(samples))",
        fix: "bring the files back if they were moved, and check the disk")
    }
    for record in undecodable {
      add(
        .undecodable, .error, path: inspection.path(of: record.record.position.segment),
        "a record is whole by its checksum and cannot be decoded",
        why: "delivery steps over it and counts its \(record.record.sampleCount) samples as damaged",
        evidence: "at \(record.record.position), kind \(record.record.kind): \(record.cause)",
        fix: "deliver it with the version that wrote it; if that is this one, please report it")
    }
  }

  /// A gap between listed segments has been said by the incident of that name.
  private func isUnsaid(_ segments: ClosedRange<SegmentNumber>, _ inspection: LogInspection) -> Bool {
    inspection.segments().contains { segments.contains($0.number) }
  }

  private mutating func note(_ damage: LogDamage, path: String) {
    let what =
      switch damage.reason {
      case .payloadChanged: "the payload of a record is not what was written"
      case .headerChanged: "the header of a record is not what was written"
      case .segmentShortened: "records were cut off the end of a segment"
      }
    var evidence = "bytes \(damage.range.lowerBound) to \(damage.range.upperBound), \(Self.samples(damage.samples))"
    if let copy = damage.copiedTo { evidence += ", copied to \(copy)" }
    add(
      .damaged, .error, path: path, what,
      why: "the samples cannot be delivered any more; an endpoint that has not come past them counts them as damaged",
      evidence: evidence, fix: "check the disk")
  }

  mutating func note(_ files: [LogReport.DamagedFile], in directory: String) {
    guard !files.isEmpty else { return }
    let bytes = files.reduce(0 as UInt64) { $0 &+ $1.bytes }
    add(
      .damagedFolder, .info, path: directory + "/damaged",
      "\(files.count) \(files.count == 1 ? "file was" : "files were") set aside or copied because it could not be read",
      why: "nothing here is ever removed by the agent",
      evidence: "\(bytes) bytes: " + files.prefix(3).map(\.name).joined(separator: ", ")
        + (files.count > 3 ? ", …" : ""),
      fix: "remove them once nobody wants to look into them")
  }

  // MARK: - Endpoints

  mutating func note(_ flaw: Look.LedgerFlaw?, of endpoint: EndpointReport) {
    switch flaw {
    case nil, .empty: return
    case .unreadable(let error):
      add(
        .ledgerUnreadable, .error, path: error.path, "the ledger of \"\(endpoint.name)\" cannot be read",
        why: "nobody knows how far the endpoint has come, and an agent that has it configured does not start",
        evidence: error.description,
        fix: "move the file away; the endpoint then begins at the end of the log, and what waited for it is not sent")
    case .undecodable:
      add(
        .ledgerUnreadable, .error, path: "", "the ledger of \"\(endpoint.name)\" is not one that this version knows",
        why: "nobody knows how far the endpoint has come, and an agent that has it configured does not start",
        fix: "run the version that wrote it, or move the file away; the endpoint then begins at the end of the log")
    }
  }

  mutating func note(_ endpoint: EndpointReport, in directory: String) {
    if let delivery = endpoint.delivery { note(delivery, of: endpoint.name, in: directory) }
    note(endpoint.quarantine)
  }

  private mutating func note(_ delivery: EndpointReport.Delivery, of name: String, in directory: String) {
    let settled = delivery.ledger.settled
    let backlog = delivery.backlog
    if let mark = backlog.markBeyondEnd {
      add(
        .beyondEnd, .error, path: directory + "/segments", "\"\(name)\" has come further than the log reaches",
        why: "the log is not the one that the ledger was written beside, or lost its end to a power cut",
        evidence: "the endpoint stands at \(mark), beyond segment \(mark.segment)",
        fix: "bring back the log that belongs to the ledger; if it is lost, go on: what comes next is delivered")
    } else if case .differs(let difference) = delivery.balance {
      add(
        .unbalanced, .error, path: directory + "/endpoints",
        "the balance of \"\(name)\" does not hold by \(difference.magnitude) samples",
        why: difference > 0
          ? "more was taken than is accounted for: samples may be lost" : "more is accounted for than was taken",
        evidence: "taken \(delivery.taken) = acknowledged \(settled.acknowledged) + refused \(settled.refused) "
          + "+ dropped \(settled.dropped) + expired \(settled.expired) + damaged \(settled.damaged) + in the log "
          + "\(backlog.samples &+ backlog.lost) + \(difference)",
        fix: "if nobody changed the files, this is a mistake in Godwit: please report it with this evidence")
    }
    if let segment = backlog.goneBefore {
      let samples = delivery.gone.map { "\($0) samples" } ?? "samples that nobody can count any more"
      add(
        .gone, .warning, path: directory + "/segments",
        "\(samples) for \"\(name)\" went unsent with segments that are gone",
        why: "an endpoint that is not configured holds no part of the log back; they are counted as expired when it is "
          + "started again",
        evidence: "it stands at \(delivery.ledger.lowWater); the oldest segment is \(segment)",
        fix: "if the endpoint is not wanted any more, remove its ledger")
    }
  }

  private mutating func note(_ quarantine: QuarantineReport) {
    for entry in quarantine.entries where entry.refusal == nil {
      add(
        .refusedUnreadable, .warning, path: quarantine.path + "/" + entry.file.name,
        "a file in the quarantine is not a refused request", why: "it can neither be listed nor sent again",
        evidence: "its first line is not the object that belongs there", fix: "look into it and move it away")
    }
    let refusals = quarantine.entries.compactMap(\.refusal)
    guard let newest = refusals.last else { return }
    let words = newest.answer.prefix(200)
    add(
      .refused, .warning, path: quarantine.path,
      "\"\(quarantine.endpoint)\" refused \(quarantine.samples) samples for good, in \(refusals.count) "
        + (refusals.count == 1 ? "request" : "requests"),
      why: "they are not at the endpoint and are not sent again by themselves; the oldest go when there are too many",
      evidence: "the last with status \(newest.status)\(words.isEmpty ? "" : ": \(words)")",
      fix: "remove what it objects to, then `godwit log resend`; or `godwit log drop`")
  }

  private static func samples(_ count: UInt64?) -> String {
    count.map { $0 == 1 ? "1 sample" : "\($0) samples" } ?? "an unknown number of samples"
  }
}
