/// What a verb of the command line answers, and the tool of the same name for an assistant: one shape for all.
///
///     {"ok": true, "summary": "one sentence", "data": {…}, "findings": [{…}], "next": [{"command": "…", "why": "…"}]}
public struct Answer: Sendable {
  /// What could be done now, as a command with its reason.
  public struct Step: Hashable, Sendable {
    public var command: String
    public var why: String

    public init(command: String, why: String) {
      self.command = command
      self.why = why
    }
  }

  /// One sentence.
  public var summary: String
  public var findings: [Finding]
  public var next: [Step]
  private let data: @Sendable (inout JSONWriter) -> Void

  /// - Parameter data: writes one value, an object as a rule.
  public init(
    summary: String, findings: [Finding] = [], next: [Step] = [], data: @escaping @Sendable (inout JSONWriter) -> Void
  ) {
    self.summary = summary
    self.findings = findings
    self.next = next
    self.data = data
  }

  /// Whether nothing worse than a warning was found; with `isStrict`, nothing worse than an information.
  public func isOK(isStrict: Bool = false) -> Bool {
    !findings.contains { $0.severity == .error || (isStrict && $0.severity == .warning) }
  }

  /// What a program of this answer ends with: 0 or 1. That it could not do what was asked, which is 2, is no answer.
  public func exitCode(isStrict: Bool = false) -> Int32 { isOK(isStrict: isStrict) ? 0 : 1 }

  /// One JSON object.
  public func json(isStrict: Bool = false) -> String {
    var writer = JSONWriter()
    write(to: &writer, isStrict: isStrict)
    return writer.text
  }

  /// The same, in portions: a long answer need not be held as a whole.
  public func json(isStrict: Bool = false, to sink: @escaping @Sendable (String) -> Void) {
    var writer = JSONWriter(sink: sink)
    write(to: &writer, isStrict: isStrict)
    writer.finish()
  }

  private func write(to writer: inout JSONWriter, isStrict: Bool) {
    writer.object { writer in
      writer.member("ok", isOK(isStrict: isStrict))
      writer.member("summary", summary)
      writer.member("data") { data(&$0) }
      writer.member("findings") { writer in
        writer.array { writer in for finding in findings { finding.write(to: &writer) } }
      }
      writer.member("next") { writer in
        writer.array { writer in
          for step in next {
            writer.object { writer in
              writer.member("command", step.command)
              writer.member("why", step.why)
            }
          }
        }
      }
    }
  }
}
