import Settings

extension TLSSettings {
  /// Reads `tls_config`.
  init(_ section: SectionReader, _ context: ReadingContext) {
    self.init()
    certificateAuthority = Self.source("ca", section, context)
    certificate = Self.source("cert", section, context)
    key = Self.source("key", section, context)
    if let name = section.text("server_name"), !name.value.isEmpty { serverName = name.value }
    section.read("insecure_skip_verify", into: &insecureSkipVerify)
    minimumVersion = Self.version("min_version", section)
    maximumVersion = Self.version("max_version", section)
    section.finish()
    checkPair(section)
  }

  /// `name`, `name_file` or `name_ref`: at most one of them.
  private static func source(_ name: String, _ section: SectionReader, _ context: ReadingContext) -> PEMSource? {
    let inline = section.text(name).flatMap { $0.value.isEmpty ? nil : $0 }
    let file = section.text("\(name)_file").flatMap { $0.value.isEmpty ? nil : $0 }
    let reference = section.text("\(name)_ref").flatMap { $0.value.isEmpty ? nil : $0 }
    if let second = [inline, file, reference].compactMap({ $0 }).dropFirst().first {
      section.error(
        .conflict, at: second.place, "at most one of \(name), \(name)_file & \(name)_ref must be configured")
    }
    if let reference { section.refuseReference(name, at: reference.place) }
    return inline.map { .inline($0.value) } ?? file.map { .file(context.absolute($0.value)) }
  }

  private static func version(_ key: String, _ section: SectionReader) -> TLSVersion? {
    guard let text = section.text(key), !text.value.isEmpty || !isEmptyByNull(key, section) else { return nil }
    if let version = TLSVersion(rawValue: text.value) { return version }
    section.error(
      .invalidValue, at: text.place, "unknown TLS version: \(text.value)",
      fix: "one of \(TLSVersion.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  private static func isEmptyByNull(_ key: String, _ section: SectionReader) -> Bool {
    section.field(key)?.value.isNull ?? true
  }

  private func checkPair(_ section: SectionReader) {
    let hasCertificate = section.hasText("cert", "cert_file", "cert_ref")
    let hasKey = section.hasText("key", "key_file", "key_ref")
    if hasCertificate && !hasKey {
      section.error(
        .conflict, at: section.place(ofFirst: "cert", "cert_file", "cert_ref"),
        "exactly one of key or key_file must be configured when a client certificate is configured",
        fix: "add key_file")
    } else if hasKey && !hasCertificate {
      section.error(
        .conflict, at: section.place(ofFirst: "key", "key_file", "key_ref"),
        "exactly one of cert or cert_file must be configured when a client key is configured", fix: "add cert_file")
    }
    if minimumVersion == nil, let maximumVersion, [.tls10, .tls11].contains(maximumVersion) {
      section.findings.cannotWork(
        at: section.valuePlace(of: "max_version"),
        "tls_config.max_version is below TLS12, which is the least where min_version is not given",
        fix: "give min_version too, or raise max_version")
    }
    if let serverName, !serverName.utf8.allSatisfy(Self.isInName) {
      section.findings.cannotWork(
        at: section.valuePlace(of: "server_name"), "tls_config.server_name is neither a host name nor an IP address",
        fix: "letters, digits, hyphens and dots make a host name")
    }
    if let minimumVersion, let maximumVersion, minimumVersion.rawValue > maximumVersion.rawValue {
      section.findings.cannotWork(
        at: section.valuePlace(of: "max_version"),
        "tls_config.max_version must be greater than or equal to min_version",
        fix: "raise max_version or leave it out")
    }
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "-_.:".utf8.contains(byte)
  }
}
