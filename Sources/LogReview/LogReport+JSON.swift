import Delivery
public import Diagnostics
import DurableLog

extension LogReport {
  /// The answer of `godwit log show` and `verify`.
  public var answer: Answer {
    Answer(summary: summary, findings: findings, next: next) { write(to: &$0) }
  }

  /// Whether nothing was found that an operator has to do something about.
  public var isWhole: Bool { !findings.contains { $0.severity == .error } }

  private var summary: String {
    let waiting = endpoints.reduce(0 as UInt64) { $0 &+ ($1.delivery?.backlog.samples ?? 0) }
    let refused = endpoints.reduce(0 as UInt64) { $0 &+ $1.quarantine.samples }
    let errors = findings.count { $0.severity == .error }
    let state =
      errors > 0
      ? "The log is not whole: \(errors) \(errors == 1 ? "error" : "errors")"
      : verification == nil ? "Nothing amiss by the headers" : "All checksums hold"
    let name = endpoints.count == 1 ? "endpoint" : "endpoints"
    return "\(state); \(waiting) samples wait for \(endpoints.count) \(name), \(refused) are in quarantine."
  }

  private var next: [Answer.Step] {
    var steps: [Answer.Step] = []
    let place = "--storage.agent.path \(Shell.quoted(directory))"
    if verification == nil, !isWhole {
      steps.append(
        Answer.Step(command: "godwit log verify \(place)", why: "headers alone were read; this checks every payload"))
    }
    if endpoints.contains(where: { !$0.quarantine.entries.isEmpty }) {
      steps.append(
        Answer.Step(
          command: "godwit log quarantine \(place)", why: "lists what was refused, with the endpoint's words"))
    }
    return steps
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("directory", directory)
      writer.member("atMs", Int(clamping: atMs))
      writer.member("log") { log.write(to: &$0) }
      writer.member("endpoints") { writer in
        writer.array { writer in for endpoint in endpoints { endpoint.write(to: &writer) } }
      }
      if let verification { writer.member("verification") { verification.write(to: &$0) } }
    }
  }
}

extension LogReport.Log {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("segments", segments)
      writer.member("bytes", bytes)
      writer.member("firstMs", firstMs)
      writer.member("lastMs", lastMs)
      writer.member("samplesTaken", samplesTaken)
      writer.member("oldest", "\(oldest)")
      writer.member("end", "\(end)")
      writer.member("damagedFiles") { writer in
        writer.array { writer in
          for file in damagedFiles {
            writer.object { writer in
              writer.member("name", file.name)
              writer.member("bytes", file.bytes)
            }
          }
        }
      }
    }
  }
}

extension LogReport.Verification {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("records", records)
      writer.member("samples", samples)
      writer.member("bytes", bytes)
      writer.member("losses", losses)
      writer.member("samplesLost", samplesLost)
      writer.member("undecodable", undecodable)
      writer.member("removedMeanwhile", removedMeanwhile)
    }
  }
}

extension EndpointReport {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      if let delivery { writer.member("delivery") { delivery.write(to: &$0) } }
      writer.member("quarantine") { writer in
        writer.object { writer in
          writer.member("files", quarantine.entries.count)
          writer.member("bytes", quarantine.bytes)
          writer.member("samples", quarantine.samples)
          writer.member("oldestMs", quarantine.oldestMs)
          writer.member("newestMs", quarantine.newestMs)
        }
      }
    }
  }
}

extension EndpointReport.Delivery {
  fileprivate func write(to writer: inout JSONWriter) {
    let settled = ledger.settled
    writer.object { writer in
      writer.member("taken", taken)
      for (name, count) in [
        ("acknowledged", settled.acknowledged), ("refused", settled.refused), ("dropped", settled.dropped),
        ("expired", settled.expired), ("damaged", settled.damaged),
      ] {
        writer.member(name, count)
      }
      writer.member("waiting") { writer in
        writer.object { writer in
          writer.member("samples", backlog.samples)
          writer.member("lost", backlog.lost)
          writer.member("recordBytes", backlog.recordBytes)
          writer.member("logBytes", backlog.logBytes)
          writer.member("oldestMs", backlog.oldestMs)
        }
      }
      if let gone { writer.member("gone", gone) }
      writer.member("balance") { writer in
        writer.object { writer in
          switch balance {
          case .holds: writer.member("state", "holds")
          case .differs(let difference):
            writer.member("state", "differs")
            writer.member("difference", Int(clamping: difference))
          case .unknown: writer.member("state", "unknown")
          }
        }
      }
      writer.member("lowWater", "\(ledger.lowWater)")
      writer.member("shards") { Self.write(ledger.shards, &$0) }
      if let backlog = ledger.backlog {
        writer.member("backlogEnd", "\(backlog.end)")
        writer.member("backlogShards") { Self.write(backlog.shards, &$0) }
      }
    }
  }

  private static func write(_ marks: [ShardMark], _ writer: inout JSONWriter) {
    writer.array { writer in
      for mark in marks {
        writer.object { writer in
          writer.member("position", "\(mark.position)")
          writer.member("samplesDone", Int(mark.samplesDone))
        }
      }
    }
  }
}

extension JSONWriter {
  /// Numbers beyond what JSON readers count exactly are of no use to them; the largest stands for them.
  mutating func member(_ name: String, _ value: UInt64) { member(name, Int(clamping: value)) }

  /// Null where nothing is known.
  mutating func member(_ name: String, _ value: Int64?) {
    member(name) { writer in
      if let value { writer.value(Int(clamping: value)) } else { writer.null() }
    }
  }
}
