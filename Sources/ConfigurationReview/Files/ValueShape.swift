/// What a value looks like, where that says that it is not what will be sent.
enum ValueShape {
  /// It is filled in by some other program, or by whoever copied it: a variable, a template, a blank.
  static func isFilledInLater(_ text: String) -> Bool { variable(in: text) != nil || isBlank(text) }

  /// The first thing in `text` that names a variable: `${TOKEN}`, `$(TOKEN)`, `$TOKEN` alone, `%{TOKEN}`, `{{ token
  /// }}`.
  static func variable(in text: String) -> String? {
    for (opening, closing) in [("${", "}"), ("$(", ")"), ("%{", "}"), ("{{", "}}")] {
      guard let start = text.range(ofText: opening) else { continue }
      let rest = String(text[start.upperBound...])
      guard let end = rest.range(ofText: closing) else { continue }
      return opening + rest[..<end.lowerBound] + closing
    }
    let name = text.dropFirst()
    guard text.hasPrefix("$"), name.count > 1,
      name.allSatisfy({ $0.isASCII && ($0.isUppercase || $0 == "_" || $0.isNumber) })
    else { return nil }
    return text
  }

  /// A word between angle brackets, or one that asks to be replaced.
  static func isBlank(_ text: String) -> Bool {
    if let open = text.firstIndex(of: "<"), let close = text[open...].firstIndex(of: ">"),
      text.index(after: open) < close
    {
      return true
    }
    let lowered = text.lowercased()
    return ["your_", "your-", "changeme", "change_me", "change-me", "replaceme", "replace_me", "replace-me"]
      .contains {
        lowered.hasPrefix($0) || lowered.range(ofText: "/" + $0) != nil || lowered.range(ofText: "=" + $0) != nil
      }
  }
}
