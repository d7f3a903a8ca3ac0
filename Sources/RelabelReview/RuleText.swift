import Diagnostics
import Relabeling

/// Rules as YAML, ready to be pasted below a key.
enum RuleText {
  static func yaml(_ rules: [RelabelRule]) -> String {
    rules.map(yaml).joined(separator: "\n") + (rules.isEmpty ? "[]\n" : "\n")
  }

  private static func yaml(_ rule: RelabelRule) -> String {
    var fields: [String] = []
    if !rule.sourceLabels.isEmpty {
      fields.append("source_labels: [\(rule.sourceLabels.map(word).joined(separator: ", "))]")
    }
    if let regex = rule.regex { fields.append("regex: \(JSONWriter.quoted(regex))") }
    if let target = rule.targetLabel { fields.append("target_label: \(word(target))") }
    if let replacement = rule.replacement { fields.append("replacement: \(JSONWriter.quoted(replacement))") }
    if let action = rule.action { fields.append("action: \(action)") }
    return fields.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }.joined(separator: "\n")
  }

  /// A plain word where YAML takes it for a text, otherwise between quotation marks.
  private static func word(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
    let means = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
    return isPlain && !text.isEmpty && !means.contains(text.lowercased()) ? text : JSONWriter.quoted(text)
  }

  /// An expression for exactly these texts.
  static func expression(for texts: [String]) -> String { texts.map(escaped).joined(separator: "|") }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
