import Settings

extension HTTPClientSettings {
  /// Reads the fields that every HTTP client shares and that stand directly in `section`.
  ///
  /// - Parameter enableHTTP2: the default, which differs between scraping and remote write.
  init(_ section: SectionReader, _ context: ReadingContext, enableHTTP2: Bool = true) {
    self.init()
    self.enableHTTP2 = enableHTTP2
    section.read("follow_redirects", into: &followRedirects)
    section.read("enable_http2", into: &self.enableHTTP2)
    if let tls = section.section("tls_config") { self.tls = TLSSettings(tls, context) }
    credentials = Credentials(section, context)
    proxy = ProxySettings(section)
    headers = RequestHeaders.injected(section, context)
  }
}

extension HTTPClientSettings.Credentials {
  /// Reads `basic_auth`, `authorization`, `oauth2` and the two `bearer_token` fields, of which one may be used.
  fileprivate init(_ section: SectionReader, _ context: ReadingContext) {
    self = .none
    let basic = section.filledSection("basic_auth")
    let authorization = section.filledSection("authorization")
    let oauth2 = section.filledSection("oauth2")
    let bearer = section.secret("bearer_token", in: context, kinds: ["", "_file"]) { _ in
      "at most one of bearer_token & bearer_token_file must be configured"
    }
    if let basic { self = Self.basic(basic, context) }
    if let authorization { self = Self.authorization(authorization, context) }
    if let oauth2 { self = .oauth2(OAuth2Section.settings(oauth2, context)) }
    if let bearer, authorization == nil { self = .authorization(type: "Bearer", credentials: bearer.value) }
    Self.checkExclusive(section, basic: basic, authorization: authorization, oauth2: oauth2, bearer: bearer)
  }

  private static func checkExclusive(
    _ section: SectionReader, basic: SectionReader?, authorization: SectionReader?, oauth2: SectionReader?,
    bearer: Located<Secret>?
  ) {
    let sections = [basic, authorization, oauth2].compactMap { $0 }
    if sections.count > 1 {
      let last = sections.map(\.place).max { ($0.line, $0.column) < ($1.line, $1.column) }
      section.error(
        .conflict, at: last ?? section.place, "at most one of basic_auth, oauth2 & authorization must be configured",
        fix: "keep one of \(sections.map(\.name).joined(separator: ", "))")
    }
    guard let bearer else { return }
    if authorization != nil {
      section.error(
        .conflict, at: bearer.place, "authorization is not compatible with bearer_token & bearer_token_file",
        fix: "move the token into authorization, as credentials or credentials_file")
    }
    if basic != nil || oauth2 != nil {
      section.error(
        .conflict, at: bearer.place,
        "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured")
    }
  }

  private static func basic(_ section: SectionReader, _ context: ReadingContext) -> Self {
    let username = section.secret("username", in: context) {
      "at most one of basic_auth \($0) must be configured"
    }
    let password = section.secret("password", in: context) {
      "at most one of basic_auth \($0) must be configured"
    }
    section.finish()
    return .basic(username: username?.value, password: password?.value)
  }

  private static func authorization(_ section: SectionReader, _ context: ReadingContext) -> Self {
    var type = section.text("type").map { Located(value: $0.value.trimmingSpaces, place: $0.place) }
    if type?.value.isEmpty == true { type = nil }
    if let type, type.value.lowercased() == "basic" {
      section.error(
        .invalidValue, at: type.place, "authorization type cannot be set to \"basic\", use \"basic_auth\" instead",
        fix: "use basic_auth with username and password")
    }
    let credentials = section.secret("credentials", in: context) { _ in
      "at most one of authorization credentials & credentials_file must be configured"
    }
    section.finish()
    return .authorization(type: type?.value ?? "Bearer", credentials: credentials?.value)
  }
}

extension SectionReader {
  /// Reads a secret that stands in the field `key` itself, in a file named by `key_file`, or in a secret store that
  /// `key_ref` names. Empty fields count as absent.
  func secret(
    _ key: String, in context: ReadingContext, kinds: [String] = ["", "_file", "_ref"],
    conflict: (_ keys: String) -> String
  ) -> Located<Secret>? {
    var found: [Located<Secret>] = []
    for kind in kinds {
      guard let text = text(key + kind), !text.value.isEmpty else { continue }
      switch kind {
      case "": found.append(Located(value: .inline(text.value), place: text.place))
      case "_file": found.append(Located(value: .file(context.absolute(text.value)), place: text.place))
      default:
        refuseReference(key, at: text.place)
        found.append(Located(value: .inline(""), place: text.place))
      }
    }
    if found.count > 1 {
      let names = kinds.map { key + $0 }
      let list = names.dropLast().joined(separator: ", ") + " & " + (names.last ?? "")
      error(.conflict, at: found[1].place, conflict(list), fix: "keep one of them")
    }
    return found.first
  }

  /// `key_ref` passes the reference's check, and then nothing that uses it starts: neither has a secret provider.
  func refuseReference(_ key: String, at place: Place) {
    findings.cannotWork(
      at: place,
      "cannot use secret ref without manager: \(key)_ref names a secret of a secret provider, and there is none",
      fix: "use \(key)_file")
  }
}

extension String {
  /// Without white space at either end.
  var trimmingSpaces: String {
    let leading = drop { $0.isWhitespace }
    return String(leading.reversed().drop { $0.isWhitespace }.reversed())
  }
}
