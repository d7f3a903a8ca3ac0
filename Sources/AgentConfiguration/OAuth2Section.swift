import Settings

/// `oauth2`: checked by the reference's rules, then reported as not built.
enum OAuth2Section {
  private static let grantTypes = ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
  private static let algorithms = ["RS256", "RS384", "RS512"]

  static func check(_ section: SectionReader, _ context: ReadingContext) {
    for key in ["client_id", "token_url"] where section.text(key)?.value.isEmpty ?? true {
      section.error(
        .missing, at: section.has(key) ? section.place(of: key) : section.place, "oauth2 \(key) must be configured")
    }
    for key in ["client_secret", "client_certificate_key"] {
      _ = section.secret(key, in: context) { "at most one of oauth2 \($0) must be configured" }
    }
    for key in ["client_certificate_key_id", "iss", "audience"] { _ = section.text(key) }
    checkWord("grant_type", grantTypes, section)
    checkWord("signature_algorithm", algorithms, section)
    _ = section.texts("scopes")
    _ = section.textMap("endpoint_params")
    _ = section.section("claims")?.takeFields { _ in true }
    if let tls = section.section("tls_config") { _ = TLSSettings(tls, context) }
    _ = ProxySettings(section)
    section.finish()
    section.findings.notBuilt(
      "oauth2", at: section.place,
      fix: "let a sidecar fetch the token into a file and name that in authorization.credentials_file")
  }

  private static func checkWord(_ key: String, _ words: [String], _ section: SectionReader) {
    guard let word = section.text(key), !word.value.isEmpty, !words.contains(word.value) else { return }
    section.error(
      .invalidValue, at: word.place, "unknown oauth2 \(key) \"\(word.value)\"",
      fix: "one of \(words.joined(separator: ", "))")
  }
}
