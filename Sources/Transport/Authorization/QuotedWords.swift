/// What a server said, as it may be shown: on one line, in bounds, and without our secrets in it.
enum QuotedWords {
  static let countMax = 300

  /// - Parameter secrets: each is replaced by `<secret>` wherever it stands; empty ones are not looked for.
  static func of(_ text: String, hiding secrets: [String]) -> String {
    var text = text
    // The longest first: one that is part of another would leave the rest of it behind.
    for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
      text = text.replacing(secret, with: "<secret>")
    }
    let line = String(String.UnicodeScalarView(text.unicodeScalars.map { isShown($0) ? $0 : " " }))
    return line.count > countMax ? line.prefix(countMax) + "…" : line
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
    default: true
    }
  }
}
