import AgentConfiguration

/// A secret in a header of the configuration
///
/// `headers` and `http_headers.values` are shown with the configuration; `http_headers.files` reads the value from a
/// file.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         headers:
///           X-Api-Key: 0123456789abcdef
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         http_headers:
///           X-Api-Key:
///             files: [/etc/godwit/key]
struct SecretInHeader: ReviewRule {
  let facts = RuleFacts(
    "GW206", .warning, why: "Whoever can read the configuration, its copies or its history has the secret.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint in
      headers(of: endpoint).map { name, place in
        Advice(
          place, "\(endpoint.title) has a secret in the configuration: the header \(name)",
          evidence: "the name \(name) speaks of a secret",
          fix: "write the value into a file of mode 600 and name it in http_headers.\(name).files", confidence: 0.9)
      }
    }
  }

  private func headers(of endpoint: ReviewedFile.Endpoint) -> [(name: String, place: Place)] {
    let plain = endpoint.section.section("headers")?.fields.compactMap { field -> (String, Place)? in
      // What the reference refuses there is an error already.
      guard let name = field.key.scalar?.text, name.lowercased() != "authorization", let value = field.value.scalar
      else {
        return nil
      }
      return isSecret(name, value.text) ? (name, field.valuePlace) : nil
    }
    let injected = endpoint.section.section("http_headers")?.fields.flatMap { field -> [(String, Place)] in
      guard let name = field.key.scalar?.text, let entry = Section(field.value) else { return [] }
      return (entry.texts("values") + entry.texts("secrets")).filter { isSecret(name, $0.value) }
        .map { (name, $0.place) }
    }
    return (plain ?? []) + (injected ?? [])
  }

  private func isSecret(_ name: String, _ value: String) -> Bool {
    !value.isEmpty && EndpointSecret.isSpokenOf(name) && !ValueShape.isFilledInLater(value)
  }
}
