/// What the shared files of AWS say: `~/.aws/config` and `~/.aws/credentials`.
struct AWSProfiles: Sendable {
  /// Of one profile, keys in lower case.
  typealias Profile = [String: String]

  private(set) var byName: [String: Profile] = [:]

  /// - Parameters:
  ///   - config: sections `[profile NAME]`, and `[default]`.
  ///   - credentials: sections `[NAME]`; where both files have a key, this one's counts.
  init(config: String, credentials: String) {
    for section in Self.sections(config) {
      let words = section.name.split(separator: " ")
      if words.count == 2, words[0] == "profile" {
        byName[String(words[1]), default: [:]].merge(section.values) { $1 }
      } else if section.name == "default" {
        // `[profile default]` comes before `[default]`.
        byName["default", default: [:]].merge(section.values) { old, _ in old }
      }
    }
    for section in Self.sections(credentials) { byName[section.name, default: [:]].merge(section.values) { $1 } }
  }

  /// Sections in the order of the file. A line that is neither a section nor `key = value` is passed over, as AWS's own
  /// tools do; so are the indented lines of nested settings, none of which say who we are.
  private static func sections(_ text: String) -> [(name: String, values: Profile)] {
    var sections: [(name: String, values: Profile)] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
      if first == "[" {
        let name = line.dropFirst().prefix { $0 != "]" }
        sections.append((name.split(whereSeparator: \.isWhitespace).joined(separator: " "), [:]))
        continue
      }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !sections.isEmpty else { continue }
      sections[sections.count - 1].values[trimmed(parts[0]).lowercased()] = trimmed(withoutComment(parts[1]))
    }
    return sections
  }

  /// A comment begins with ` #` or ` ;`; without the space it is part of the value, as a secret key may hold any.
  private static func withoutComment(_ text: Substring) -> Substring {
    var previous: Character = "x"
    for index in text.indices {
      if previous.isWhitespace && (text[index] == "#" || text[index] == ";") { return text[..<index] }
      previous = text[index]
    }
    return text
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
