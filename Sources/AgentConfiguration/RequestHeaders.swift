import Settings

/// Header names that belong to the protocol and that a configuration may not set.
enum RequestHeaders {
  /// In lower case.
  static let reservedForWrite: Set<String> = [
    "host", "content-encoding", "content-length", "content-type", "user-agent", "connection", "keep-alive",
    "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding",
    "x-prometheus-remote-write-version", "x-prometheus-remote-read-version", "x-amz-date", "x-amz-security-token",
    "x-amz-content-sha256",
  ]

  /// In lower case.
  static let reservedForInjection = reservedForWrite.union(["authorization", "x-prometheus-scrape-timeout-seconds"])

  /// Reads `headers` of a remote write endpoint.
  static func write(_ section: SectionReader) -> [String: String] {
    var headers: [String: String] = [:]
    for (name, value) in section.textMap("headers") ?? [] {
      let lowered = name.value.lowercased()
      if lowered == "authorization" {
        section.error(
          .invalidValue, at: name.place,
          "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or "
            + "google_iam parameter",
          fix: "use authorization with credentials or credentials_file")
      } else if reservedForWrite.contains(lowered) {
        section.error(
          .invalidValue, at: name.place, "\(name.value) is a reserved header. It must not be changed",
          fix: "remove it; the sender sets it")
      } else {
        checkText(name: name, value: value.value, section)
      }
      headers[name.value] = value.value
    }
    return headers
  }

  /// Reads `http_headers`, which scraping and remote write share: one line for each value, secret and file.
  static func injected(_ section: SectionReader, _ context: ReadingContext) -> [ConfiguredHeader] {
    guard let headers = section.filledSection("http_headers") else { return [] }
    return headers.takeFields { _ in true }.flatMap { name, field -> [ConfiguredHeader] in
      if reservedForInjection.contains(name.lowercased()) {
        section.error(
          .invalidValue, at: field.key.place, "setting header \"\(name)\" is not allowed", fix: "remove it")
      }
      let entry = SectionReader(field.value, name: "http_headers", place: field.key.place, findings: section.findings)
      guard let entry else { return [] }
      let texts = (entry.texts("values") ?? []) + (entry.texts("secrets") ?? [])
      let files = entry.texts("files") ?? []
      entry.finish()
      for text in texts {
        checkText(name: Located(value: name, place: field.key.place), value: text.value, section)
      }
      return texts.map { ConfiguredHeader(name: name, value: .inline($0.value)) }
        + files.map { ConfiguredHeader(name: name, value: .file(context.absolute($0.value))) }
    }
  }

  /// Reports what could not be sent as a line of a request's head. The value is not quoted: it may be a secret.
  static func checkText(name: Located<String>, value: String, _ section: SectionReader) {
    if isToken(name.value) && !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) { return }
    section.findings.cannotWork(
      at: name.place, "header \"\(name.value)\" has a name or a value that HTTP does not allow",
      fix: "names are letters, digits and hyphens; values have no line breaks")
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || (($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a)
          || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }
}
