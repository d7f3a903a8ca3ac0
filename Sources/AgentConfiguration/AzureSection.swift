/// `azuread`, checked by the reference's rules.
enum AzureSection {
  private struct Method {
    var key: String
    /// What the reference's messages call it.
    var title: String
    var required: [String]
    var optional: [String]
    /// Keys whose values are UUIDs. The tenant of most methods may be a domain name, and is not looked at.
    var identifiers: [String]
  }

  private static let methods = [
    Method(
      key: "managed_identity", title: "Managed Identity", required: [], optional: ["client_id"],
      identifiers: ["client_id"]),
    Method(
      key: "workload_identity", title: "Workload Identity", required: ["client_id", "tenant_id"],
      optional: ["token_file_path"], identifiers: ["client_id", "tenant_id"]),
    Method(
      key: "oauth", title: "OAuth", required: ["client_id", "client_secret", "tenant_id"], optional: [],
      identifiers: ["client_id"]),
    Method(
      key: "certificate", title: "Certificate", required: ["client_id", "tenant_id", "certificate_path"],
      optional: ["certificate_key_path", "certificate_password"], identifiers: ["client_id"]),
    Method(key: "sdk", title: "SDK", required: [], optional: ["tenant_id"], identifiers: []),
  ]

  static func check(_ section: SectionReader) {
    if let cloud = section.text("cloud"), !cloud.value.isEmpty,
      !["AzurePublic", "AzureChina", "AzureGovernment"].contains(cloud.value)
    {
      section.error(
        .invalidValue, at: cloud.place, "must provide a cloud in the Azure AD config",
        fix: "one of AzurePublic, AzureChina, AzureGovernment")
    }
    let used = methods.compactMap { method in section.filledSection(method.key).map { (method, $0) } }
    let scope = section.text("scope")
    if used.isEmpty {
      section.error(
        .missing, at: section.place,
        "must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK "
          + "in the Azure AD config")
    } else if used.count > 1 {
      let last = used.map(\.1.place).max { ($0.line, $0.column) < ($1.line, $1.column) }
      section.error(
        .conflict, at: last ?? section.place, "cannot provide multiple authentication methods in the Azure AD config",
        fix: "keep one of \(used.map(\.0.key).joined(separator: ", "))")
    }
    for (method, reader) in used { check(method, in: reader) }
    if let scope, !scope.value.isEmpty, !scope.value.utf8.allSatisfy(isScope) {
      section.error(.invalidValue, at: scope.place, "the provided scope contains invalid characters")
    }
    section.finish()
  }

  private static func check(_ method: Method, in section: SectionReader) {
    for key in method.required + method.optional {
      guard let text = section.text(key), !text.value.isEmpty else {
        if method.required.contains(key) {
          section.error(
            .missing, at: section.has(key) ? section.place(of: key) : section.place,
            "must provide an Azure \(method.title) \(key) in the Azure AD config")
        }
        continue
      }
      if method.identifiers.contains(key) && !isUUID(text.value) {
        section.error(
          .invalidValue, at: text.place, "the provided Azure \(method.title) \(key) is invalid",
          fix: "it is a UUID, for example 00000000-0000-0000-0000-000000000000")
      }
    }
    if method.key == "certificate" { _ = section.bool("send_certificate_chain") }
    section.finish()
  }

  /// The four forms that the reference's parser takes: plain, with `urn:uuid:`, in braces, without hyphens.
  private static func isUUID(_ text: String) -> Bool {
    var bytes = Array(text.utf8)
    if bytes.count == 45, text.lowercased().hasPrefix("urn:uuid:") { bytes.removeFirst(9) }
    // As there, what encloses is not looked at.
    if bytes.count == 38 { bytes = Array(bytes[1..<37]) }
    if bytes.count == 32 { return bytes.allSatisfy(isHexDigit) }
    return bytes.count == 36
      && bytes.enumerated().allSatisfy { index, byte in
        [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
      }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  private static func isScope(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "_:/.- \t\n\r\u{c}".utf8.contains(byte)
  }
}
