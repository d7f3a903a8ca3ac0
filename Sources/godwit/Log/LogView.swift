import Delivery
import DurableLog
import LogReview

/// The figures of `godwit log show` and `verify` for people: first the log, then a column for each endpoint.
struct LogView {
  /// More endpoints stand below each other.
  private static let endpointsAbreast = 4

  let paint: Paint

  func lines(of report: LogReport) -> [String] {
    var lines = [paint(report.directory, .strong)] + heading(report)
    var rest = report.endpoints[...]
    while !rest.isEmpty {
      lines.append("")
      lines += table(Array(rest.prefix(Self.endpointsAbreast)), atMs: report.atMs)
      rest = rest.dropFirst(Self.endpointsAbreast)
    }
    if let verification = report.verification { lines += ["", self.line(verification)] }
    return lines
  }

  private func heading(_ report: LogReport) -> [String] {
    let log = report.log
    var lines = [
      "\(Figure.grouped(log.samplesTaken)) samples taken, \(log.segments) \(log.segments == 1 ? "segment" : "segments"), "
        + "\(Figure.bytes(log.bytes))"
    ]
    if let first = log.firstMs, let last = log.lastMs {
      lines.append(
        "from \(Figure.time(milliseconds: first)) to \(Figure.time(milliseconds: last)) UTC, "
          + "\(Figure.age(milliseconds: last - min(first, last))), last written "
          + "\(Figure.age(milliseconds: report.atMs - min(last, report.atMs))) ago")
    }
    return lines
  }

  private func line(_ verification: LogReport.Verification) -> String {
    var text = "\(Figure.grouped(verification.records)) records with \(Figure.grouped(verification.samples)) samples "
    text += "read, \(Figure.bytes(verification.bytes)); "
    let flaws = verification.losses + verification.undecodable
    text += flaws == 0 ? paint("all whole", .good) : paint("\(flaws) damaged or missing", .bad)
    if verification.removedMeanwhile > 0 {
      text += "; \(verification.removedMeanwhile) segments were delivered and removed meanwhile"
    }
    return text
  }

  private func table(_ endpoints: [EndpointReport], atMs: Int64) -> [String] {
    var table = Table([("", .left)] + endpoints.map { ($0.name, .right) })
    func row(_ title: String, _ cell: (EndpointReport.Delivery) -> String) {
      table.add([title] + endpoints.map { $0.delivery.map(cell) ?? "–" })
    }
    row("waiting") { paint(Figure.grouped($0.backlog.samples), $0.backlog.samples > 0 ? .accent : nil) }
    row("  oldest") { delivery in
      delivery.backlog.oldestMs.map { Figure.age(milliseconds: atMs - min($0, atMs)) } ?? "–"
    }
    row("  its records") { Figure.bytes($0.backlog.recordBytes) }
    row("  log held back") { Figure.bytes($0.backlog.logBytes) }
    if endpoints.contains(where: { $0.delivery?.backlog.lost ?? 0 > 0 }) {
      row("  lost in it") { count($0.backlog.lost, .bad) }
    }
    if endpoints.contains(where: { $0.delivery?.gone != nil }) { row("gone unsent") { count($0.gone ?? 0, .bad) } }
    row("acknowledged") { Figure.grouped($0.ledger.settled.acknowledged) }
    row("refused") { count($0.ledger.settled.refused, .warning) }
    row("dropped") { Figure.grouped($0.ledger.settled.dropped) }
    row("expired") { count($0.ledger.settled.expired, .warning) }
    row("damaged") { count($0.ledger.settled.damaged, .bad) }
    row("taken") { Figure.grouped($0.taken) }
    row("balance") { balance($0.balance) }
    row("position") { "\($0.ledger.lowWater)" }
    row("shards") { "\($0.ledger.shards.count)" }
    table.add(["quarantine"] + endpoints.map { files($0.quarantine) })
    table.add(["  on disk"] + endpoints.map { Figure.bytes($0.quarantine.bytes) })
    return table.lines(paint)
  }

  private func count(_ samples: UInt64, _ tone: Paint.Tone) -> String {
    paint(Figure.grouped(samples), samples > 0 ? tone : nil)
  }

  private func files(_ quarantine: QuarantineReport) -> String {
    let count = quarantine.entries.count
    return paint("\(count) \(count == 1 ? "file" : "files")", count > 0 ? .warning : nil)
  }

  private func balance(_ balance: EndpointReport.Balance) -> String {
    switch balance {
    case .holds: paint("holds", .good)
    case .differs(let difference):
      paint("off by \(difference < 0 ? "-" : "")\(Figure.grouped(UInt64(difference.magnitude)))", .bad)
    case .unknown: paint("unknown", .warning)
    }
  }
}
