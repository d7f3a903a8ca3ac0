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

/// Changes as people read them.
package enum UnifiedDiff {
  /// The lines of one change without anything around them: `-  old`, `+  new`. Secrets in them are hidden.
  package static func lines(
    of changes: [LineChange], in text: SourceText, hiding mask: SecretRedactor.LineMask
  ) -> [String] {
    changes.sorted { $0.lines.lowerBound < $1.lines.lowerBound }.flatMap { change in
      ["@@ line \(change.lines.lowerBound) @@"] + change.lines.map { "-" + mask(text[$0]) }
        + change.replacement.map { "+" + mask($0) }
    }
  }

  private static let context = 3

  /// From one text to another, as `diff -u` writes it; nothing where they are the same. Secrets in it are hidden, also
  /// on the lines around a change.
  package static func between(_ old: SourceText, _ new: SourceText, path: String) -> [String] {
    var hunks: [String] = []
    var (oldLine, newLine) = (0, 0)
    let mask = SecretRedactor.LineMask(of: old.text, new.text)
    let (old, new) = (old.printedLines, new.printedLines)
    let changes = differences(old, new)
    var index = 0
    while index < changes.count {
      // Changes that are near each other are one hunk.
      var last = index
      while last + 1 < changes.count, changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context {
        last += 1
      }
      oldLine = max(0, changes[index].old.lowerBound - context)
      newLine = max(0, changes[index].new.lowerBound - (changes[index].old.lowerBound - oldLine))
      let end = min(old.count, changes[last].old.upperBound + context)
      var body: [String] = []
      var at = oldLine
      for change in changes[index...last] {
        body += old[at..<change.old.lowerBound].map { " " + mask($0) }
        body += old[change.old].map { "-" + mask($0) } + new[change.new].map { "+" + mask($0) }
        at = change.old.upperBound
      }
      body += old[at..<end].map { " " + mask($0) }
      let oldCount = body.count { !$0.hasPrefix("+") }
      let newCount = body.count { !$0.hasPrefix("-") }
      hunks.append("@@ -\(oldLine + 1),\(oldCount) +\(newLine + 1),\(newCount) @@")
      hunks += body
      index = last + 1
    }
    return hunks.isEmpty ? [] : ["--- \(path)", "+++ \(path)"] + hunks
  }

  private static func differences(
    _ old: ArraySlice<String>, _ new: ArraySlice<String>
  ) -> [(old: Range<Int>, new: Range<Int>)] {
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.compactMap(\.offset))
    let inserted = Set(difference.insertions.compactMap(\.offset))
    var result: [(old: Range<Int>, new: Range<Int>)] = []
    var (oldIndex, newIndex) = (0, 0)
    while oldIndex < old.count || newIndex < new.count {
      let (oldStart, newStart) = (oldIndex, newIndex)
      while removed.contains(oldIndex) { oldIndex += 1 }
      while inserted.contains(newIndex) { newIndex += 1 }
      if oldIndex > oldStart || newIndex > newStart { result.append((oldStart..<oldIndex, newStart..<newIndex)) }
      oldIndex += 1
      newIndex += 1
    }
    return result
  }
}

extension SourceText {
  /// What ends with a line feed has an empty line behind it that nobody sees.
  fileprivate var printedLines: ArraySlice<String> { lines.last == "" ? lines.dropLast() : lines[...] }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
