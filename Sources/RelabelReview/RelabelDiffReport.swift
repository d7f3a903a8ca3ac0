public import Diagnostics
public import MetricModel

/// Which series two lists of rules treat differently.
public struct RelabelDiffReport: Sendable {
  /// One of them.
  public struct Example: Hashable, Sendable {
    public var change: RelabelDiff.Change
    public var series: LabelSet
    /// What comes out of each; nil where it is dropped.
    public var first: LabelSet?
    public var second: LabelSet?
  }

  public let inputName: String
  public let first: DestinationReport
  public let second: DestinationReport
  /// By ``RelabelDiff/Change``.
  let counts: [Int]
  public let examples: [Example]
  let inputFindings: [Finding]

  public func count(of change: RelabelDiff.Change) -> Int { counts[change.rawValue] }

  /// That rules differ is no error; that the second list merges series is one, as in a test of it alone.
  public var findings: [Finding] {
    guard second.mergedInto > 0, second.mergedInto > first.mergedInto || second.merging > first.merging else {
      return inputFindings
    }
    return inputFindings + [
      second.list.finding(
        .collision, .error,
        "\(second.merging) different series become \(second.mergedInto), \(first.merging) with \(first.list.path)",
        why: "An endpoint gets several values for one series and one time.",
        fix: "godwit relabel test --rules \(second.list.path) shows which")
    ]
  }

  public var answer: Answer {
    Answer(summary: summary, findings: findings) { writer in
      writer.object { writer in
        writer.member("series", inputName)
        for (name, side) in [("first", first), ("second", second)] {
          writer.member(name) { writer in
            writer.object { writer in
              writer.member("rules", side.list.path)
              writer.member("before", side.before.series)
              writer.member("after", side.after.series)
              writer.member("bytesAfter", side.after.bytes)
              writer.member("merging", side.merging)
            }
          }
        }
        writer.member("counts") { writer in
          writer.object { writer in
            for change in RelabelDiff.Change.allCases { writer.member(change.word, count(of: change)) }
          }
        }
        writer.member("examples") { writer in
          writer.array { writer in for example in examples { Self.write(example, to: &writer) } }
        }
      }
    }
  }

  private static func write(_ example: Example, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("change", example.change.word)
      writer.member("series", example.series.description)
      if let labels = example.first { writer.member("first", labels.description) }
      if let labels = example.second { writer.member("second", labels.description) }
    }
  }

  private var summary: String {
    let different = RelabelDiff.Change.allCases.filter { $0 != .same && count(of: $0) > 0 }
    if different.isEmpty { return "Both lists of rules do the same to all \(count(of: .same)) series." }
    let parts = different.map { "\(count(of: $0)) \($0.word)" }
    return "\(parts.joined(separator: ", ")); \(count(of: .same)) series fare the same."
  }
}
