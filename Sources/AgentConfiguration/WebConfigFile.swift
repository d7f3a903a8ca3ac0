public import Diagnostics
public import Settings

/// The file of `--web.config.file`: TLS, users and headers of the listener, as Prometheus's exporters and servers
/// share it.
///
///     let result = WebConfigFile.read(text: text, path: "web.yml", directory: "/etc/godwit")
///     guard let settings = result.settings else { … result.errors.text … }
///
/// Every key is known or refused by the reference's rules, and every mistake is reported with its place. Reading is a
/// function of its inputs: whether the certificates are any good is found out by whoever opens them.
public enum WebConfigFile {
  public struct Result: Sendable {
    /// What the file says; nil when anything in it is wrong.
    public var settings: WebSettings?
    /// In the order of the file; all of severity error.
    public var errors: [Finding]
  }

  /// - Parameters:
  ///   - path: how findings name the file.
  ///   - directory: where relative paths in the file start, absolute.
  public static func read(text: String, path: String, directory: String) -> Result {
    let findings = FindingCollector(path: path)
    var settings = WebSettings()
    if let node = YAMLParsing.document(in: text, findings: findings), !node.isNull,
      let root = SectionReader(node, name: "the web configuration", place: node.place, findings: findings)
    {
      let context = ReadingContext(directory: directory, environment: { _ in nil })
      if let section = root.section("tls_server_config") { settings.tls = WebTLSSettings(section, context) }
      if let section = root.section("http_server_config") { readHTTP(section, into: &settings) }
      for (name, hash) in root.textMap("basic_auth_users") ?? [] {
        if let problem = BcryptText.problem(with: hash.value) {
          root.error(
            .invalidValue, at: hash.place, "the password of \"\(name.value)\" is not a bcrypt hash: \(problem)",
            fix: "make one with htpasswd -nBC 10 \"\"")
        }
        settings.users[name.value] = hash.value
      }
      if let section = root.filledSection("rate_limit") { settings.rateLimit = WebRateLimit(section) }
      root.finish()
    }
    let errors = ConfigurationReader.inOrder(findings.errors + findings.notBuilt)
    return Result(settings: errors.isEmpty ? settings : nil, errors: errors)
  }

  /// The headers that may be set, with the values that they may have; none for any.
  private static let headers: [String: [String]] = [
    "Strict-Transport-Security": [], "X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["deny", "sameorigin"],
    "X-XSS-Protection": [], "Content-Security-Policy": [],
  ]

  private static func readHTTP(_ section: SectionReader, into settings: inout WebSettings) {
    section.read("http2", into: &settings.offersHTTP2)
    for (name, value) in section.textMap("headers") ?? [] {
      guard let allowed = headers[name.value] else {
        section.error(
          .invalidValue, at: name.place, "HTTP header \"\(name.value)\" can not be configured",
          fix: NearestName.of(name.value, among: headers.keys.sorted()).map { "did you mean `\($0)`?" }
            ?? "one of \(headers.keys.sorted().joined(separator: ", "))")
        continue
      }
      if !allowed.isEmpty && !allowed.contains(value.value) {
        section.error(
          .invalidValue, at: value.place, "invalid value for \(name.value): \"\(value.value)\"",
          fix: "write \(allowed.joined(separator: " or "))")
      } else if value.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
        section.error(
          .invalidValue, at: value.place, "the value of \(name.value) has a character that HTTP does not allow",
          fix: "write it in one line")
      }
      if !value.value.isEmpty { settings.headers[name.value] = value.value }
    }
    section.finish()
  }
}

extension WebRateLimit {
  /// Reads `rate_limit`; nil when it says that there is none.
  init?(_ section: SectionReader) {
    self.init(interval: .zero, burst: 0)
    section.read("interval", into: &interval)
    let burst = section.count("burst")
    self.burst = burst?.value ?? 0
    section.finish()
    guard interval > .zero else { return nil }
    if self.burst == 0 {
      section.error(
        .invalidValue, at: burst?.place ?? section.place, "a rate_limit with a burst of 0 lets no request through",
        fix: "set burst to the number of requests that may come at once")
    }
  }
}

extension WebTLSSettings {
  /// Reads `tls_server_config`; nil when it asks for nothing.
  init?(_ section: SectionReader, _ context: ReadingContext) {
    let certificate = Self.source("cert", section, context)
    let key = Self.source("key", section, context)
    let authority = Self.source("client_ca", section, context)
    let word = section.text("client_auth_type").flatMap { $0.value.isEmpty ? nil : $0 }
    let names = section.texts("client_allowed_sans")
    self.init(certificate: certificate ?? .inline(""), key: key ?? .inline(""))
    clientAuthority = authority
    clientAllowedNames = names?.map(\.value)
    clientAuthentication = Self.authentication(word, section)
    minimumVersion = Self.version("min_version", section) ?? .tls12
    maximumVersion = Self.version("max_version", section) ?? .tls13
    cipherSuites = Self.words("cipher_suites", "cipher", Self.knownSuites, section)
    curves = Self.words("curve_preferences", "curve", Self.knownCurves, section)
    // The reference's library decides by itself since Go 1.17, and so does ours; the field says nothing any more.
    var prefersServer = true
    section.read("prefer_server_cipher_suites", into: &prefersServer)
    section.finish()
    guard certificate != nil || key != nil || authority != nil || word != nil else { return nil }
    check(section, certificate, key)
  }

  private func check(
    _ section: SectionReader, _ certificate: TLSSettings.PEMSource?, _ key: TLSSettings.PEMSource?
  ) {
    if certificate == nil {
      section.error(.missing, at: section.place, "missing one of cert or cert_file", fix: "add cert_file")
    }
    if key == nil { section.error(.missing, at: section.place, "missing one of key or key_file", fix: "add key_file") }
    if clientAuthority != nil && clientAuthentication == .none {
      section.error(
        .conflict, at: section.place(ofFirst: "client_ca_file", "client_ca"),
        "client CA's have been configured without a Client Auth Policy",
        fix: "set client_auth_type, mostly to RequireAndVerifyClientCert")
    }
    if clientAllowedNames != nil && !clientAuthentication.requiresCertificate {
      section.error(
        .conflict, at: section.place(of: "client_allowed_sans"),
        "client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert",
        fix: "the other types let clients in that show no certificate at all")
    }
    if minimumVersion.rawValue > maximumVersion.rawValue {
      section.findings.cannotWork(
        at: section.valuePlace(of: section.has("max_version") ? "max_version" : "min_version"),
        "tls_server_config.max_version must be greater than or equal to min_version", fix: "raise max_version")
    }
    if !cipherSuites.isEmpty && cipherSuites.allSatisfy(Self.fixedSuites.contains) && minimumVersion != .tls13 {
      section.findings.notBuilt(
        "cipher_suites with those of TLS 1.3 alone", at: section.place(of: "cipher_suites"),
        fix: "set min_version: TLS13, where the suites are always these, and leave cipher_suites out")
    }
  }

  /// `name` or `name_file`. Where both are given the reference takes the file and says nothing; here that is refused,
  /// since one of them is not what is in use.
  private static func source(
    _ name: String, _ section: SectionReader, _ context: ReadingContext
  ) -> TLSSettings.PEMSource? {
    let inline = section.text(name).flatMap { $0.value.isEmpty ? nil : $0 }
    let file = section.text("\(name)_file").flatMap { $0.value.isEmpty ? nil : $0 }
    if let inline, let file {
      section.findings.cannotWork(
        at: inline.place.line > file.place.line ? inline.place : file.place,
        "at most one of \(name) and \(name)_file can be in use",
        fix: "remove one of them; Prometheus takes the file")
    }
    return file.map { .file(context.absolute($0.value)) } ?? inline.map { .inline($0.value) }
  }

  private static func authentication(_ word: Located<String>?, _ section: SectionReader) -> ClientAuthentication {
    guard let word else { return .none }
    // An older name of the same.
    if word.value == "RequireClientCert" { return .requireAny }
    if let known = ClientAuthentication(rawValue: word.value) { return known }
    let words = ClientAuthentication.allCases.map(\.rawValue)
    section.error(
      .invalidValue, at: word.place, "invalid ClientAuth: \(word.value)",
      fix: NearestName.of(word.value, among: words).map { "did you mean `\($0)`?" }
        ?? "one of \(words.joined(separator: ", "))")
    return .none
  }

  private static func version(_ key: String, _ section: SectionReader) -> TLSSettings.TLSVersion? {
    guard let text = section.text(key), !text.value.isEmpty else { return nil }
    if let version = TLSSettings.TLSVersion(rawValue: text.value) { return version }
    section.error(
      .invalidValue, at: text.place, "unknown TLS version: \(text.value)",
      fix: "one of \(TLSSettings.TLSVersion.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  private static func words(_ key: String, _ kind: String, _ known: [String], _ section: SectionReader) -> [String] {
    (section.texts(key) ?? []).map { word in
      if !known.contains(word.value) {
        section.error(
          .invalidValue, at: word.place, "unknown \(kind): \(word.value)",
          fix: NearestName.of(word.value, among: known).map { "did you mean `\($0)`?" }
            ?? "one of \(known.joined(separator: ", "))")
      }
      return word.value
    }
  }

  private static let knownCurves = ["CurveP256", "CurveP384", "CurveP521", "X25519"]

  /// Those of TLS 1.3, which cannot be chosen among, neither here nor in the reference.
  private static let fixedSuites = [
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
  ]

  private static let knownSuites =
    fixedSuites + [
      "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ]
}

/// What a bcrypt hash looks like: `$2y$10$` and 53 characters.
enum BcryptText {
  /// What is wrong with a hash, without showing it.
  static func problem(with text: String) -> String? {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, ["2a", "2b", "2y"].contains(parts[1]) else {
      return "it does not begin with $2a$, $2b$ or $2y$"
    }
    guard parts[2].utf8.count == 2, let cost = Int(parts[2]), (4...31).contains(cost) else {
      return "its cost is not between 04 and 31"
    }
    let isAlphabet = parts[3].utf8.allSatisfy {
      ($0 >= 0x2e && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5a) || ($0 >= 0x61 && $0 <= 0x7a)
    }
    return parts[3].utf8.count == 53 && isAlphabet ? nil : "it does not have 53 characters of salt and hash"
  }
}
