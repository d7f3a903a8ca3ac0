package import AgentConfiguration

/// Lines that take the place of others.
package struct LineChange: Sendable, Hashable {
  /// From 1. Empty where lines are put in before the line that it begins with.
  package var lines: Range<Int>
  package var replacement: [String]

  package init(_ lines: Range<Int>, _ replacement: [String]) {
    self.lines = lines
    self.replacement = replacement
  }

  /// Whether both could be meant for the same place. Two that put lines in at one place do.
  func meets(_ other: LineChange) -> Bool {
    lines.overlaps(other.lines) || lines.lowerBound == other.lines.lowerBound
      || lines.contains(other.lines.lowerBound) || other.lines.contains(lines.lowerBound)
  }
}

extension SourceText {
  /// - Parameter changes: of this text, none meeting another.
  package func applying(_ changes: [LineChange]) -> SourceText {
    var lines = lines
    for change in changes.sorted(by: { $0.lines.lowerBound > $1.lines.lowerBound }) {
      let range = (change.lines.lowerBound - 1)..<(change.lines.upperBound - 1)
      guard range.lowerBound >= 0, range.upperBound <= lines.count else { continue }
      lines.replaceSubrange(range, with: change.replacement)
    }
    return SourceText(lines: lines)
  }
}

extension UnifiedDiff {
  /// The lines of one change without anything around them: `-  old`, `+  new`. Secrets in them are hidden.
  package static func lines(
    of changes: [LineChange], in text: SourceText, hiding mask: SecretRedactor.LineMask
  ) -> [String] {
    changes.sorted { $0.lines.lowerBound < $1.lines.lowerBound }.flatMap { change in
      ["@@ line \(change.lines.lowerBound) @@"] + change.lines.map { "-" + mask(text[$0]) }
        + change.replacement.map { "+" + mask($0) }
    }
  }
}
