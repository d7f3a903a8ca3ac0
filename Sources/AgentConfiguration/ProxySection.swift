/// The proxy fields of an HTTP client. They are checked by the reference's rules and then reported as not built.
enum ProxySection {
  static func check(_ section: SectionReader) {
    let url = section.text("proxy_url").flatMap { $0.value.isEmpty ? nil : $0 }
    let exclusions = section.text("no_proxy").flatMap { $0.value.isEmpty ? nil : $0 }
    let fromEnvironment = section.bool("proxy_from_environment").flatMap { $0.value ? $0 : nil }
    let connectHeaders = section.section("proxy_connect_header")
    let connectNames = connectHeaders?.takeFields { _ in true } ?? []
    if let url, case .failure(let problem) = URLText.parse(url.value) {
      section.error(.invalidValue, at: url.place, problem.message)
    }
    if !connectNames.isEmpty && fromEnvironment == nil && url == nil {
      section.error(
        .conflict, at: section.place(of: "proxy_connect_header"),
        "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured")
    }
    if let fromEnvironment {
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
    for (key, found) in [("proxy_url", url), ("no_proxy", exclusions)] {
      if let found { section.findings.notBuilt(key, at: found.place, fix: "reach the server without a proxy") }
    }
    if let fromEnvironment {
      section.findings.notBuilt(
        "proxy_from_environment", at: fromEnvironment.place, fix: "reach the server without a proxy")
    }
  }
}
