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

  /// A change that would put a finding right.
  package struct Proposal: Sendable {
    /// `GW240: …`
    package var title: String
    package var edits: [TextEdit]
    package var isSafe: Bool

    /// The sections that fields move into, by where they are.
    package var sectionsFilled: [String] {
      edits.compactMap {
        guard case .move(_, let key, let section) = $0 else { return nil }
        return "\(key) \(section.place.line):\(section.place.column)"
      }
    }

    /// nil where one of the edits cannot be made unseen, or they get in each other's way.
    package func changes(in file: ReviewedFile) -> [LineChange]? {
      var changes: [LineChange] = []
      for edit in edits {
        guard let own = edit.changes(in: file), !own.contains(where: { one in changes.contains { $0.meets(one) } })
        else { return nil }
        changes += own
      }
      return changes
    }
  }

  package var findings: [Finding] {
    let mask = SecretRedactor.LineMask(of: file.text.text)
    let refused = verdict.map { finding in
      var finding = finding
      finding.fix += diff(Repair.edits(for: finding, in: file), mask)
      return finding
    }
    return (refused + advice.map { finding(of: $0, mask) }).enumerated()
      .sorted {
        ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
          < ($1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
      }
      .map(\.element)
  }

  /// What the reference refuses comes first: with it in the way nothing else matters.
  package var proposals: [Proposal] {
    verdict.map {
      Proposal(
        title: "\($0.id): \($0.message)", edits: Repair.edits(for: $0, in: file), isSafe: true)
    }
      + advice.map {
        Proposal(
          title: "\($0.facts.id): \($0.advice.message)", edits: $0.advice.edits,
          isSafe: $0.advice.isSafe)
      }
  }

  private func finding(of note: Note, _ mask: SecretRedactor.LineMask) -> Finding {
    let advice = note.advice
    let place = file.original(advice.place)
    return Finding(
      id: note.facts.id, severity: note.facts.weight == .warning ? .warning : .info, path: file.path, line: place.line,
      column: place.column, message: advice.message, why: note.facts.why, evidence: advice.evidence,
      fix: advice.fix + diff(advice.edits, mask), confidence: advice.confidence)
  }

  /// The edits as lines below a fix in words.
  private func diff(_ edits: [TextEdit], _ mask: SecretRedactor.LineMask) -> String {
    let proposal = Proposal(title: "", edits: edits, isSafe: true)
    guard !edits.isEmpty, let changes = proposal.changes(in: file) else { return "" }
    return UnifiedDiff.lines(of: changes, in: file.text, hiding: mask).map { "\n    " + $0 }.joined()
  }
}
