import AgentConfiguration
public import Diagnostics

extension ReviewReport {
  /// What `godwit check` answers.
  ///
  /// - Parameters:
  ///   - known: findings of a baseline are left out, and counted.
  ///   - fixed: what was put right before this review, by file.
  public func answer(known: Baseline? = nil, fixed: [String: Fixing] = [:]) -> Answer {
    let all = findings
    let shown = known?.new(among: all) ?? all
    let files = files
    return Answer(
      summary: summary(of: shown, knownCount: all.count - shown.count), findings: shown, next: next(shown),
      data: { writer in
        writer.object { writer in
          writer.member("files") { writer in
            writer.array { writer in
              for file in files { Self.write(file, fixed[file.file.path], to: &writer) }
            }
          }
          if known != nil { writer.member("known", all.count - shown.count) }
        }
      })
  }

  private static func write(_ review: FileReview, _ fixing: Fixing?, to writer: inout JSONWriter) {
    let findings = review.findings
    writer.object { writer in
      writer.member("path", review.file.path)
      writer.member("kind", review.file.kind.rawValue)
      writer.member("lines", review.file.text.lines.count)
      for severity in Finding.Severity.allCases {
        writer.member("\(severity.rawValue)s", findings.count { $0.severity == severity })
      }
      writer.member("fixable", review.fixableCount)
      guard let fixing else { return }
      writer.member("fixed") { writer in writer.array { for title in fixing.done { $0.value(title) } } }
      writer.member("diff", fixing.diff.joined(separator: "\n"))
    }
  }

  private func summary(of shown: [Finding], knownCount: Int) -> String {
    let counts = Finding.Severity.allCases.compactMap { severity -> String? in
      let count = shown.count { $0.severity == severity }
      guard count > 0 else { return nil }
      // Information has no plural.
      return severity == .info ? "\(count) info" : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    let place = files.count == 1 ? files[0].title : "\(files.count) files"
    let found = counts.isEmpty ? "nothing \(knownCount > 0 ? "new" : "found")" : counts.joined(separator: ", ")
    return "\(place): \(found)" + (knownCount > 0 ? "; \(knownCount) known from the baseline" : "")
  }

  private func next(_ shown: [Finding]) -> [Answer.Step] {
    var steps = files.compactMap { file -> Answer.Step? in
      guard file.fixableCount > 0 else { return nil }
      return Answer.Step(
        command: "godwit check --fix \(file.file.path)",
        why: "puts \(file.fixableCount) of them right; --diff shows how")
    }
    if let file = files.first(where: { !$0.file.endpoints.isEmpty && $0.verdict.allSatisfy { $0.severity != .error } })
    {
      steps.append(
        Answer.Step(
          command: "godwit tune --config.file \(file.file.path) --rate <samples per second>",
          why: "sizes the queue for the load that it has to carry"))
    }
    return steps
  }
}

extension FileReview {
  /// `prometheus.yml (agent)`
  var title: String { file.kind == .unknown ? file.path : "\(file.path) (\(file.kind.rawValue))" }

  /// How many findings --fix puts right, as far as can be said before one change makes room for another.
  var fixableCount: Int {
    proposals.count { $0.isSafe && !($0.changes(in: file) ?? []).isEmpty } + (file.flattened == nil ? 0 : 1)
  }
}
