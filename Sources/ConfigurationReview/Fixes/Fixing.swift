import AgentConfiguration

/// Makes the changes that a review proposes, and reviews again, until there is nothing left to change.
public struct Fixing: Sendable {
  /// The text in the end.
  public var text: String
  /// What was put right, as `GW102: …`, in the order in which it was.
  public var done: [String]
  /// As `diff -u` writes it; nothing where nothing was changed.
  public var diff: [String]

  /// One change can make room for another; more than this many rounds no file needs.
  private static let roundsMax = 200

  /// - Parameter includesUnsafe: also what changes what arrives.
  public init(_ input: ConfigurationReview.Input, with review: ConfigurationReview, includesUnsafe: Bool = false) {
    var input = input
    let before = SourceText(input.text)
    done = []
    for _ in 0..<Self.roundsMax {
      guard let report = review.report(on: [input]).files.first else { break }
      var text = report.file.text
      let isRenested = report.file.flattened != nil
      var changes: [LineChange] = []
      var filled = Set<String>()
      for proposal in report.proposals where proposal.isSafe || includesUnsafe {
        // What makes a section for one field is not to make it again for the next: that one moves in the next round.
        guard filled.isDisjoint(with: proposal.sectionsFilled), let own = proposal.changes(in: report.file),
          !own.isEmpty,
          !own.contains(where: { change in changes.contains { $0.meets(change) } })
        else { continue }
        changes += own
        filled.formUnion(proposal.sectionsFilled)
        done.append(proposal.title)
      }
      if isRenested { done.append("GW113: gave the text its indentation back") }
      guard isRenested || !changes.isEmpty else { break }
      text = text.applying(changes)
      // A change that changes nothing would come again for ever.
      guard text.text != input.text else { break }
      input.text = text.text
    }
    text = input.text
    diff = UnifiedDiff.between(before, SourceText(input.text), path: input.path)
  }
}
