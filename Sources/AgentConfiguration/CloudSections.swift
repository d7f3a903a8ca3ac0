/// `sigv4`, `azuread` and `google_iam` of an endpoint: checked by the reference's rules, then reported as not built.
enum CloudSections {
  static func check(_ section: SectionReader) {
    // To the reference `sigv4:` without a value is absent, `sigv4: {}` is all defaults.
    if let sigv4 = section.filledSection("sigv4") { checkSigV4(sigv4) }
    if let azure = section.filledSection("azuread") { checkAzure(azure) }
    if let google = section.filledSection("google_iam") {
      _ = google.text("credentials_file")
      google.finish()
    }
    let advice = [
      ("sigv4", "run a signing proxy beside the agent and write to that"),
      ("azuread", "let a sidecar fetch the token into a file and name that in authorization.credentials_file"),
      ("google_iam", "let a sidecar fetch the token into a file and name that in authorization.credentials_file"),
    ]
    for (key, fix) in advice where section.field(key).map({ !$0.value.isNull }) ?? false {
      section.findings.notBuilt(key, at: section.place(of: key), fix: fix)
    }
    checkExclusive(section)
  }

  private static func checkExclusive(_ section: SectionReader) {
    let general = ["basic_auth", "authorization", "oauth2"]
    let cloud = ["sigv4", "azuread", "google_iam"]
    func present(_ keys: [String]) -> [String] {
      keys.filter { section.has($0) && !(section.field($0)?.value.isNull ?? true) }
    }
    var found = present(general)
    // The deprecated token fields are another way to write authorization.
    if !found.contains("authorization"), section.hasText("bearer_token", "bearer_token_file") {
      found.append("authorization")
    }
    found += present(cloud)
    // Two of the general ones are reported with the HTTP client already.
    guard found.count > 1, let last = present(cloud).last else { return }
    section.error(
      .conflict, at: section.place(of: last),
      "at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. "
        + "Currently configured: [\(found.joined(separator: " "))]",
      fix: "keep one of them")
  }

  private static func checkSigV4(_ section: SectionReader) {
    for key in ["region", "profile"] { _ = section.text(key) }
    let accessKey = section.text("access_key")?.value.isEmpty ?? true
    let secretKey = section.text("secret_key")?.value.isEmpty ?? true
    let role = section.text("role_arn")?.value ?? ""
    let external = section.text("external_id")
    _ = section.bool("use_fips_sts_endpoint")
    section.finish()
    if accessKey != secretKey {
      section.error(
        .conflict, at: section.place(ofFirst: "access_key", "secret_key"),
        "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config",
        fix: "give both or neither")
    }
    if let external, !external.value.isEmpty && role.isEmpty {
      section.error(.conflict, at: external.place, "external_id can only be used with role_arn", fix: "add role_arn")
    }
  }

  private static let azureMethods: [(name: String, required: [String], optional: [String])] = [
    ("managed_identity", [], ["client_id"]),
    ("workload_identity", ["client_id", "tenant_id"], ["token_file_path"]),
    ("oauth", ["client_id", "client_secret", "tenant_id"], []),
    (
      "certificate", ["client_id", "tenant_id", "certificate_path"],
      ["certificate_key_path", "certificate_password"]
    ),
    ("sdk", [], ["tenant_id"]),
  ]

  private static func checkAzure(_ section: SectionReader) {
    if let cloud = section.text("cloud"), !cloud.value.isEmpty,
      !["AzurePublic", "AzureChina", "AzureGovernment"].contains(cloud.value)
    {
      section.error(
        .invalidValue, at: cloud.place, "must provide a cloud in the Azure AD config",
        fix: "one of AzurePublic, AzureChina, AzureGovernment")
    }
    var methods: [SectionReader] = []
    for method in azureMethods {
      guard let reader = section.filledSection(method.name) else { continue }
      methods.append(reader)
      checkAzureMethod(reader, required: method.required, optional: method.optional)
    }
    if let scope = section.text("scope"), !scope.value.utf8.allSatisfy(isScope) {
      section.error(.invalidValue, at: scope.place, "the provided scope contains invalid characters")
    }
    section.finish()
    if methods.isEmpty {
      section.error(
        .missing, at: section.place,
        "must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK "
          + "in the Azure AD config")
    } else if methods.count > 1 {
      section.error(
        .conflict, at: methods[1].place, "cannot provide multiple authentication methods in the Azure AD config")
    }
  }

  private static func checkAzureMethod(_ section: SectionReader, required: [String], optional: [String]) {
    for key in required + optional {
      guard let text = section.text(key), !text.value.isEmpty else {
        if required.contains(key) {
          section.error(.missing, at: section.place, "must provide \(key) in the Azure AD \(section.name) config")
        }
        continue
      }
      // The tenant of the other methods may be a domain name.
      let isIdentifier = key == "client_id" || (key == "tenant_id" && section.name == "workload_identity")
      if isIdentifier && !isUUID(text.value) {
        section.error(.invalidValue, at: text.place, "the provided Azure \(section.name) \(key) is invalid")
      }
    }
    if section.name == "certificate" { _ = section.bool("send_certificate_chain") }
    section.finish()
  }

  private static func isUUID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 36
      && bytes.enumerated().allSatisfy { index, byte in
        [8, 13, 18, 23].contains(index)
          ? byte == 0x2d : (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
      }
  }

  private static func isScope(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
      || " _.-:/".utf8.contains(byte)
  }
}
