import Diagnostics

/// Writes YAML in block style with the reason above each value.
struct CommentedYAML {
  private(set) var text = ""
  private static let columns = 100

  mutating func line(_ content: String, indent: Int = 0) {
    text += String(repeating: " ", count: indent) + content + "\n"
  }

  mutating func blank() { text += "\n" }

  /// Words as lines of a comment, none of them much longer than a hundred columns.
  mutating func comment(_ words: String, indent: Int = 0) {
    for paragraph in words.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = "#"
      // What is set in, such as a command, is not broken.
      if paragraph.hasPrefix("  ") {
        self.line("# \(paragraph)", indent: indent)
        continue
      }
      for word in paragraph.split(separator: " ") {
        if indent + line.count + 1 + word.count > Self.columns, line != "#" {
          self.line(line, indent: indent)
          line = "#"
        }
        line += " " + word
      }
      self.line(line, indent: indent)
    }
  }

  /// `key: value`, the reason above it.
  mutating func field(_ key: String, _ value: String, indent: Int = 0, why: String? = nil) {
    if let why { comment(why, indent: indent) }
    line("\(key): \(value)", indent: indent)
  }

  /// A text as a scalar that every reader of YAML takes for that text.
  static func scalar(_ text: String) -> String {
    let words: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan"]
    let isPlain =
      text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "_") } == true
      && text.utf8.last != UInt8(ascii: ":")
      && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "_/.-:=?".utf8.contains($0) }
      && !words.contains(text.lowercased())
    return isPlain ? text : JSONWriter.quoted(text)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
}
