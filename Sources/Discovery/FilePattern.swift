/// A path whose last element may hold one or more `*`, each standing for any number of characters.
/// A leading dot is nothing special, unlike in a shell: so it is in the reference.
struct FilePattern: Hashable, Sendable {
  /// Ends with `/`, or is empty for a path without directory.
  let directory: String
  let name: String

  init(_ text: String) {
    if let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) {
      directory = String(text[...slash])
      name = String(text[text.index(after: slash)...])
    } else {
      directory = ""
      name = text
    }
  }

  var isPlain: Bool { !name.utf8.contains(UInt8(ascii: "*")) }

  /// Whether the pattern's last element stands for `candidate`, a file name without directory.
  ///
  /// - Complexity: O(pattern × candidate) at worst, without recursion.
  func matches(_ candidate: String) -> Bool {
    let pattern = Array(name.utf8)
    let text = Array(candidate.utf8)
    var (patternIndex, textIndex) = (0, 0)
    // Where to go on when what follows the last star does not fit: the star takes one character more.
    var retry: (pattern: Int, text: Int)?
    while textIndex < text.count {
      if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
        retry = (patternIndex + 1, textIndex)
        patternIndex += 1
      } else if patternIndex < pattern.count, pattern[patternIndex] == text[textIndex] {
        patternIndex += 1
        textIndex += 1
      } else if let (afterStar, start) = retry {
        retry = (afterStar, start + 1)
        patternIndex = afterStar
        textIndex = start + 1
      } else {
        return false
      }
    }
    return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
