/// Which texts are names of labels.
public enum LabelNameScheme: Hashable, Sendable {
  /// Any text but the empty one.
  case utf8
  /// ASCII letters, digits and `_`, not beginning with a digit.
  case legacy

  func accepts(_ name: [UInt8]) -> Bool {
    if name.isEmpty { return false }
    if self == .utf8 { return true }
    for index in name.indices {
      switch name[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): continue
      case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0: continue
      default: return false
      }
    }
    return true
  }
}

extension LabelNameScheme {
  var advice: String {
    switch self {
    case .utf8: "a label name must not be empty"
    case .legacy: "use letters, digits and underscores, beginning with a letter or underscore"
    }
  }

  /// Whether `template` can expand to a name. With UTF-8 names every template can, `$` being a letter like others.
  func acceptsTemplate(_ template: String) -> Bool {
    switch self {
    case .utf8: return !template.isEmpty
    case .legacy:
      let names = try? RegularExpression("(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+")
      return names?.matches(template.utf8Array) ?? false
    }
  }
}
