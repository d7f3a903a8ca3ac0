/// Pieces of YAML 1.2 as they are written by hand.
enum YAMLText {
  /// A scalar that is read back as `text`, on one line: plain where that is safe, else between single quotation marks.
  /// `text` has no line breaks.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.unicodeScalars.first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) } ?? false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":") && !text.hasSuffix(" ")
      && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// The same between single quotation marks, whatever it is.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// `key: text`, over several lines where `text` has several.
  static func member(_ key: String, _ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.count == 1 { return ["\(margin)\(key): \(scalar(text))"] }
    return ["\(margin)\(key): |-"] + lines.map { "\(margin)  \($0)" }
  }

  /// `text` as comments of at most 100 columns.
  static func comment(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent) + "# "
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty && margin.count + line.count + 1 + word.count > 100 {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [margin + line]
  }
}
