import Settings

extension SecretRedactor {
  /// Hides the secrets of a configuration where lines of it are shown as they are written, in a difference for example.
  ///
  ///     let mask = SecretRedactor.LineMask(of: text)
  ///     mask("  password: hunter2")      // "  password: <secret>"
  ///
  /// It knows the secrets from the tree of the text, and hides them wherever they stand. What follows a key that holds
  /// a secret is hidden too, so that a text which is no YAML, or a value that is written with escapes, shows nothing.
  package struct LineMask: Sendable {
    /// Longest first, so that none is hidden in part.
    private let secrets: [String]

    /// - Complexity: O(size of the texts).
    package init(of texts: String...) {
      var found = Set<String>()
      for text in texts {
        guard let node = YAMLParsing.document(in: text, findings: FindingCollector(path: "")) else { continue }
        SecretRedactor.gather(node, under: [], into: &found)
      }
      secrets = found.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// - Complexity: O(length of the line × number of secrets).
    package func callAsFunction(_ line: String) -> String {
      var line = line
      for secret in secrets { line = line.replacing(bytes: secret, by: SecretRedactor.mark) }
      for key in SecretRedactor.secretKeys {
        guard let range = line.range(ofBytes: key + ":") else { continue }
        // `password_file:` ends otherwise; this is for a word that ends as one of the keys does.
        if range.lowerBound != line.startIndex, let before = line[..<range.lowerBound].last,
          before.isLetter || before == "_"
        {
          continue
        }
        let rest = line[range.upperBound...]
        let value = rest.drop { $0 == " " || $0 == "\"" || $0 == "'" || $0 == "[" }
        if value.isEmpty || value.hasPrefix("{") || value.hasPrefix(SecretRedactor.mark) { continue }
        line = line[..<range.upperBound] + " " + SecretRedactor.mark
      }
      return line
    }
  }

  fileprivate static func gather(_ node: YAMLNode, under keys: [String], into found: inout Set<String>) {
    let isSecret = holdsSecret(keys)
    switch node.content {
    case .scalar(let scalar):
      guard isSecret else { return gather(inURL: scalar.text, into: &found) }
      // A key that goes over several lines is shown line by line.
      found.formUnion(scalar.text.split(separator: "\n").map { String($0).trimmingSpaces }.filter { !$0.isEmpty })
    case .sequence(let elements):
      for element in elements { gather(element, under: keys, into: &found) }
    case .mapping(let fields):
      // Of a header that speaks of a secret, all that is below it; of any other key, `{name: …, key: …}` points to one.
      let isHeader = isSecret && keys.dropLast().last == "http_headers"
      for field in fields {
        let key = field.key.scalar?.text ?? ""
        gather(field.value, under: isHeader && key == "values" ? keys : keys + [key], into: &found)
      }
    }
  }

  private static func gather(inURL text: String, into found: inout Set<String>) {
    guard let start = text.range(ofBytes: "://") else { return }
    let rest = text[start.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@"), at != authority.startIndex { found.insert(String(authority[..<at])) }
    guard let mark = rest.firstIndex(of: "?") else { return }
    for pair in rest[mark...].dropFirst().prefix(while: { $0 != "#" }).split(separator: "&") {
      guard let equals = pair.firstIndex(of: "="), QueryParameter.speaksOfSecret(pair[..<equals]) else { continue }
      let value = pair[equals...].dropFirst()
      if !value.isEmpty { found.insert(String(value)) }
    }
  }
}

extension String {
  fileprivate func replacing(bytes needle: String, by replacement: String) -> String {
    var result = ""
    var rest = self
    while let range = rest.range(ofBytes: needle) {
      result += rest[..<range.lowerBound] + replacement
      rest = String(rest[range.upperBound...])
    }
    return result + rest
  }
}
