/// Changes of a text as people read them.
package enum UnifiedDiff {
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
