import AgentConfiguration
public import Diagnostics

/// What a review found, file by file.
public struct ReviewReport: Sendable {
  package var files: [FileReview]

  /// In the order of the files, and within one by place.
  public var findings: [Finding] { files.flatMap(\.findings) }
}

/// What was found in one file.
package struct FileReview: Sendable {
  package var file: ReviewedFile
  /// What the reference refuses, or this agent cannot do.
  package var verdict: [Finding]
  package var advice: [Note]

  package struct Note: Sendable {
    package var facts: RuleFacts
    package var advice: Advice
  }

  package var findings: [Finding] {
    let all = verdict + advice.map { finding(of: $0) }
    return all.enumerated()
      .sorted {
        ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
          < ($1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
      }
      .map(\.element)
  }

  private func finding(of note: Note) -> Finding {
    let advice = note.advice
    return Finding(
      id: note.facts.id, severity: note.facts.weight == .warning ? .warning : .info, path: file.path, line: advice.place.line,
      column: advice.place.column, message: advice.message, why: note.facts.why, evidence: advice.evidence,
      fix: advice.fix, confidence: advice.confidence)
  }
}
