import Settings

/// Reads `oauth2`.
enum OAuth2Section {
  /// What is said of the section that can never bring a token is a finding; the settings are as good as the section.
  static func settings(_ section: SectionReader, _ context: ReadingContext) -> OAuth2Settings {
    for key in ["client_id", "token_url"] where section.text(key)?.value.isEmpty ?? true {
      section.error(
        .missing, at: section.has(key) ? section.place(of: key) : section.place, "oauth2 \(key) must be configured")
    }
    var settings = OAuth2Settings(
      clientID: section.text("client_id")?.value ?? "", tokenURL: tokenURL(section), grant: grant(section, context))
    settings.scopes = section.texts("scopes")?.map(\.value) ?? []
    let parameters = section.textMap("endpoint_params") ?? []
    settings.endpointParameters = Dictionary(parameters.map { ($0.name.value, $0.value.value) }) { $1 }
    if let tls = section.section("tls_config") { settings.http.tls = TLSSettings(tls, context) }
    settings.http.proxy = ProxySettings(section)
    section.finish()
    checkParameters(parameters.map(\.name), settings, section)
    return settings
  }

  private static func tokenURL(_ section: SectionReader) -> String {
    guard let url = section.text("token_url"), !url.value.isEmpty else { return "" }
    if case .success(let parts) = URLText.parse(url.value), ["http", "https"].contains(parts.scheme),
      !parts.host.isEmpty
    {
      return url.value
    }
    section.findings.cannotWork(
      at: url.place, "the token_url of oauth2 needs http:// or https:// and a host",
      fix: "write it in full: https://host/oauth/token")
    return url.value
  }

  /// As in the reference, any other word than that of the assertion means `client_credentials`, and what belongs to
  /// the other grant is read and not used.
  private static func grant(_ section: SectionReader, _ context: ReadingContext) -> OAuth2Settings.Grant {
    let isAssertion = section.text("grant_type")?.value == OAuth2Settings.assertionGrantType
    let grantName = isAssertion ? OAuth2Settings.assertionGrantType : "client_credentials"
    let used = isAssertion ? "client_certificate_key" : "client_secret"
    for key in ["client_secret", "client_certificate_key"] where key != used {
      for kind in ["", "_file", "_ref"] { _ = section.text(key + kind) }
    }
    let secret = section.secret(used, in: context) {
      "at most one of oauth2 \($0) must be configured using grant-type=\(grantName)"
    }
    var assertion = AssertionSettings(key: secret?.value)
    assertion.keyID = filled("client_certificate_key_id", section)
    assertion.issuer = filled("iss", section)
    assertion.audience = filled("audience", section)
    assertion.claims = claims(section)
    let algorithm = section.text("signature_algorithm")
    guard isAssertion else { return .clientCredentials(secret: secret?.value) }
    if let algorithm, !algorithm.value.isEmpty {
      if let known = AssertionSettings.Algorithm(rawValue: algorithm.value) {
        assertion.algorithm = known
      } else {
        section.error(
          .invalidValue, at: algorithm.place, "valid signature algorithms are RS256, RS384 and RS512",
          fix: "one of RS256, RS384, RS512")
      }
    }
    if secret == nil {
      section.findings.cannotWork(
        at: section.place, "an assertion is signed with a key, and oauth2 names none",
        fix: "add client_certificate_key_file")
    }
    return .assertion(assertion)
  }

  private static func filled(_ key: String, _ section: SectionReader) -> String? {
    section.text(key).flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  private static func claims(_ section: SectionReader) -> [String: ClaimValue] {
    let fields = section.section("claims")?.takeFields { _ in true } ?? []
    return Dictionary(fields.map { ($0.key, ClaimValue($0.field.value)) }) { $1 }
  }

  /// The reference fails each request where a parameter would replace one of its own, but for `grant_type`.
  private static func checkParameters(
    _ names: [Located<String>], _ settings: OAuth2Settings, _ section: SectionReader
  ) {
    var own: Set<String> = settings.scopes.isEmpty ? [] : ["scope"]
    if case .assertion = settings.grant { own.insert("assertion") }
    for name in names where own.contains(name.value) {
      section.findings.cannotWork(
        at: name.place, "oauth2: cannot overwrite parameter \"\(name.value)\"", fix: "remove it from endpoint_params")
    }
  }
}

extension ClaimValue {
  init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let elements): self = .list(elements.map { ClaimValue($0) })
    case .mapping(let fields):
      let pairs = fields.compactMap { field in field.key.scalar.map { ($0.text, ClaimValue(field.value)) } }
      self = .object(Dictionary(pairs) { $1 })
    case .scalar(let scalar):
      switch scalar.resolved {
      case .null: self = .null
      case .bool(let value): self = .bool(value)
      case .integer(let value): self = .integer(value)
      case .unsigned(let value): self = .number(Double(value))
      case .float(let value) where value.isFinite: self = .number(value)
      // JSON has no word for infinity.
      case .float, .string: self = .text(scalar.text)
      }
    }
  }
}
