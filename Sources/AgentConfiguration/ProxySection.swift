import Settings

extension ProxySettings {
  /// Reads the four proxy fields of an HTTP client, which stand directly in `section`.
  init(_ section: SectionReader) {
    self.init()
    let url = section.text("proxy_url").flatMap { $0.value.isEmpty ? nil : $0 }
    let exclusions = section.text("no_proxy").flatMap { $0.value.isEmpty ? nil : $0 }
    let fromEnvironment = section.bool("proxy_from_environment").flatMap { $0.value ? $0 : nil }
    connectHeaders = Self.connectHeaders(section)
    if !connectHeaders.isEmpty && fromEnvironment == nil && url == nil {
      section.error(
        .conflict, at: section.place(of: "proxy_connect_header"),
        "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured")
    }
    if let fromEnvironment {
      choice = .environment
      for (key, other) in [("proxy_url", url), ("no_proxy", exclusions)] where other != nil {
        section.error(
          .conflict, at: fromEnvironment.place,
          "if proxy_from_environment is configured, \(key) must not be configured", fix: "remove one of the two")
      }
    } else if let exclusions, url == nil {
      section.error(
        .conflict, at: exclusions.place, "if no_proxy is configured, proxy_url must also be configured",
        fix: "add proxy_url or remove no_proxy")
    }
    if let url, let server = Self.server(url, section) {
      choice = .server(server, exceptions: exclusions?.value ?? "")
    }
  }

  private static func server(_ url: Located<String>, _ section: SectionReader) -> ProxyServer? {
    if case .failure(let problem) = URLText.parse(url.value) {
      section.error(.invalidValue, at: url.place, problem.message)
      return nil
    }
    do throws(ProxyServer.Problem) {
      return try ProxyServer(url.value)
    } catch {
      switch error {
      case .notAURL:
        section.findings.cannotWork(
          at: url.place, "proxy_url needs a scheme and a host", fix: "write it in full: http://host:port")
      case .unknownScheme(let scheme):
        section.findings.cannotWork(
          at: url.place, "there are no proxies of the kind \"\(scheme)\"", fix: "write http://host:port")
      case .tlsToProxy:
        section.findings.notBuilt(
          "proxy_url with https, a proxy that is itself asked over TLS,", at: url.place,
          fix: "name the proxy's port without TLS: http://host:port")
      case .socksCredentials:
        section.findings.notBuilt(
          "a user name in the proxy_url of a SOCKS proxy", at: url.place,
          fix: "let the proxy know this machine by its address, or use one for http")
      }
      return nil
    }
  }

  private static func connectHeaders(_ section: SectionReader) -> [ConfiguredHeader] {
    guard let lines = section.section("proxy_connect_header") else { return [] }
    return lines.keysInOrder.flatMap { name in
      (lines.texts(name.value) ?? []).map { value in
        RequestHeaders.checkText(name: name, value: value.value, section)
        if name.value.lowercased() == "proxy-authorization" { checkAuthorization(value, section) }
        return ConfiguredHeader(name: name.value, value: .inline(value.value))
      }
    }
  }

  private static func checkAuthorization(_ value: Located<String>, _ section: SectionReader) {
    let scheme = value.value.prefix { $0 != " " }.lowercased()
    if ["basic", "bearer"].contains(scheme), value.value.contains(" ") { return }
    section.findings.notBuilt(
      "a Proxy-Authorization that is neither Basic nor Bearer", at: value.place,
      fix: "put user and password into proxy_url: http://user:password@host:port")
  }
}
