import Yams

/// Finds the second of two equal keys, which the YAML library reports only as "somewhere after the first", and
/// blanks it out so that the rest of the file can be read too.
///
/// The blanked key keeps its length, so that no place moves, and is made of private-use characters, so that the tree
/// builder knows to leave it out.
struct DuplicateKeyMask {
  private var maskCount: UInt32 = 0

  /// Whether a key of the tree was blanked out here.
  func covers(_ key: String) -> Bool {
    maskCount > 0 && !key.isEmpty
      && key.unicodeScalars.allSatisfy { $0.value >= 0xE000 && $0.value < 0xE000 + maskCount }
  }

  /// `text` with the key that repeats the one at `first` blanked out, and that key's place; nil when it cannot be told
  /// or too many have been found already.
  mutating func masking(_ key: String, after first: Place, in text: String) -> (text: String, place: Place)? {
    guard maskCount < YAMLLimits.duplicateKeysMax, !key.isEmpty,
      let mask = Unicode.Scalar(0xE000 + maskCount)
    else { return nil }
    // By scalars: to String, a carriage return and a line feed are one character.
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
    let candidates = Self.candidates(for: Array(key.unicodeScalars), after: first, in: lines)
    func masked(_ place: Place) -> String {
      var lines = lines
      for offset in 0..<key.unicodeScalars.count { lines[place.line - 1][place.column - 1 + offset] = mask }
      return lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
    }
    let chosen = candidates.prefix(8).first { Self.settles(masked($0), first: first) } ?? candidates.first
    guard let chosen else { return nil }
    maskCount += 1
    return (masked(chosen), chosen)
  }

  /// Whether the key at `first` is no longer repeated.
  private static func settles(_ text: String, first: Place) -> Bool {
    do {
      _ = try Parser(yaml: text, encoding: .utf8).nextRoot()
    } catch YamlError.duplicatedKeysInMapping(_, let context) {
      return context.mark.line != first.line || context.mark.column != first.column
    } catch { return true }
    return true
  }

  /// Where `key` stands as a key after `first`: in the same column of a later line, or further on in flow style.
  private static func candidates(for key: [Unicode.Scalar], after first: Place, in lines: [[Unicode.Scalar]]) -> [Place]
  {
    var result: [Place] = []
    for line in first.line...max(first.line, lines.count) where line <= lines.count {
      let content = lines[line - 1]
      let start = line == first.line ? first.column : 0
      guard content.count >= key.count else { continue }
      for index in stride(from: start, through: content.count - key.count, by: 1)
      where content[index..<(index + key.count)].elementsEqual(key) && isKey(index, key.count, in: content) {
        let isFlow = content[..<index].contains { $0 == "{" || $0 == "," }
        let quote = index > 0 && (content[index - 1] == "'" || content[index - 1] == "\"") ? 1 : 0
        if isFlow || index - quote + 1 == first.column || content[..<(index - quote)].allSatisfy({ $0 == " " }) {
          result.append(Place(line: line, column: index + 1))
        }
      }
    }
    // Keys of one block mapping share a column, so these are the better guess.
    return result.filter { $0.column == first.column } + result.filter { $0.column != first.column }
  }

  private static func isKey(_ index: Int, _ count: Int, in line: [Unicode.Scalar]) -> Bool {
    if index > 0, !" {,'\"".unicodeScalars.contains(line[index - 1]) { return false }
    let rest = line[(index + count)...].drop { $0 == "'" || $0 == "\"" }.drop { $0 == " " }
    return rest.first == ":"
  }
}
