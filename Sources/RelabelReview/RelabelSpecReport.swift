public import Diagnostics

/// How the cases of a test file came out.
public struct RelabelSpecReport: Sendable {
  public struct Outcome: Sendable {
    public let name: String
    public let trace: RelabelTrace
    /// From what was expected to what came out.
    public var differences: [LabelChange] = []
    /// The rule that made the first difference.
    public var culprit: RelabelTrace.Step?
    /// nil where the case holds.
    public var failure: Finding?
  }

  public let path: String
  public let outcomes: [Outcome]
  /// Why the cases could not be run; then none was.
  let problems: [Finding]

  public var failed: Int { outcomes.count { $0.failure != nil } }
  public var findings: [Finding] { problems + outcomes.compactMap(\.failure) }

  public var answer: Answer {
    Answer(summary: summary, findings: findings) { writer in
      writer.object { writer in
        writer.member("spec", path)
        writer.member("cases", outcomes.count)
        writer.member("failed", failed)
        writer.member("results") { writer in
          writer.array { writer in for outcome in outcomes { Self.write(outcome, to: &writer) } }
        }
      }
    }
  }

  private static func write(_ outcome: Outcome, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", outcome.name)
      writer.member("holds", outcome.failure == nil)
      guard outcome.failure != nil else { return }
      writer.member("differences") { writer in
        writer.array { writer in
          for difference in outcome.differences {
            writer.object { writer in
              writer.member("label", difference.name)
              if let expected = difference.before { writer.member("expected", expected) }
              if let got = difference.after { writer.member("got", got) }
            }
          }
        }
      }
      if let culprit = outcome.culprit { writer.member("rule", culprit.rule + 1) }
      writer.member("trace") { outcome.trace.write(to: &$0) }
    }
  }

  private var summary: String {
    if !problems.isEmpty { return "No case was run: the test file or its rules have errors." }
    if failed == 0 { return "All \(outcomes.count) cases hold." }
    return "\(failed) of \(outcomes.count) cases fail."
  }
}
