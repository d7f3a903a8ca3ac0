public import Diagnostics
import MetricModel
import Relabeling

/// What rules did to series: for each list of rules totals, and everything that is wrong.
public struct RelabelTestReport: Sendable {
  public let inputName: String
  public let form: SeriesInput.Form
  /// Lines that held no series.
  public let unreadable: Int
  public let destinations: [DestinationReport]
  let inputFindings: [Finding]
  let keepsResults: Bool
  /// What each rule did to some series, where that was asked for.
  public var traces: [RelabelTrace] = []

  public var findings: [Finding] { inputFindings + destinations.flatMap(\.findings) }

  public var answer: Answer {
    let findings = findings
    return Answer(summary: summary, findings: findings, next: next(findings)) { writer in
      writer.object { writer in
        writer.member("series", inputName)
        writer.member("form", form.rawValue)
        writer.member("unreadable", unreadable)
        writer.member("bytesAre", Self.bytesAre)
        if destinations.count == 1 { write(destinations[0], to: &writer) }
        writer.member("destinations") { writer in
          writer.array { writer in
            for destination in destinations where destinations.count > 1 {
              writer.object { write(destination, to: &$0) }
            }
          }
        }
        if !traces.isEmpty {
          writer.member("traces") { writer in
            writer.array { writer in for trace in traces { trace.write(to: &writer) } }
          }
        }
      }
    }
  }

  /// How bytes are counted.
  public static let bytesAre =
    "one sample of each series, in requests of 5,000, encoded and compressed by the agent's own encoder; beyond some "
    + "30,000 series in proportion to a part of them"

  private func write(_ destination: DestinationReport, to writer: inout JSONWriter) {
    writer.member("name", destination.list.name)
    if let section = destination.list.section { writer.member("section", section.rawValue) }
    writer.member("before") { Self.write(destination.before, to: &$0) }
    writer.member("after") { Self.write(destination.after, to: &$0) }
    writer.member("merging", destination.merging)
    writer.member("mergedInto", destination.mergedInto)
    writer.member("merges") { writer in
      writer.array { writer in
        for merge in destination.merges {
          writer.object { writer in
            writer.member("after", merge.after.description)
            writer.member("before") { writer in
              writer.array { writer in for series in merge.before { writer.value(series.description) } }
            }
          }
        }
      }
    }
    writer.member("rules") { writer in
      writer.array { writer in
        for (index, counts) in destination.tally.rules.enumerated() {
          writer.object { writer in
            writer.member("rule", index + 1)
            if let place = destination.list.place(of: index) {
              writer.member("line", place.line)
              writer.member("column", place.column)
            }
            writer.member("ran", counts.ran)
            writer.member("matched", counts.matched)
          }
        }
      }
    }
    if keepsResults {
      writer.member("results") { writer in
        writer.array { writer in for piece in destination.results { writer.values(json: piece) } }
      }
    }
  }

  private static func write(_ totals: DestinationReport.Totals, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("series", totals.series)
      writer.member("bytes", totals.bytes)
      if let rate = totals.samplesPerSecond { writer.member("samplesPerSecond", rate) }
      if let rate = totals.bytesPerSecond { writer.member("bytesPerSecond", rate) }
    }
  }

  private var summary: String {
    let sums = destinations.map { destination in
      let name = destinations.count > 1 ? "\(destination.list.name): " : ""
      let merging = destination.mergedInto > 0 ? ", \(destination.merging) of them merge" : ""
      return
        "\(name)\(destination.before.series) series before the rules, \(destination.after.series) after them\(merging)"
    }
    let lines = unreadable > 0 ? "; \(unreadable) lines hold no series" : ""
    return sums.joined(separator: "; ") + lines + "."
  }

  private func next(_ findings: [Finding]) -> [Answer.Step] {
    guard findings.contains(where: { $0.id == RelabelFinding.collision.rawValue }) else { return [] }
    return [
      Answer.Step(
        command: "godwit relabel test --trace SERIES …",
        why: "Shows rule by rule what becomes of one of the series that merge.")
    ]
  }
}
