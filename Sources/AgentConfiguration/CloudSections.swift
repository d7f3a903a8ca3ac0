import Settings

/// `sigv4`, `azuread` and `google_iam` of an endpoint: at most one of them, and none beside the general ones.
enum CloudSections {
  /// The credentials of `sigv4`. The other two are checked by the reference's rules, then reported as not built.
  static func credentials(_ section: SectionReader) -> HTTPClientSettings.Credentials? {
    var credentials: HTTPClientSettings.Credentials?
    // To the reference `sigv4:` without a value is absent, `sigv4: {}` is all defaults.
    if let sigv4 = section.filledSection("sigv4") { credentials = .sigV4(settings(sigv4)) }
    if let azure = section.filledSection("azuread") { AzureSection.check(azure) }
    if let google = section.filledSection("google_iam") {
      _ = google.text("credentials_file")
      google.finish()
    }
    let advice = [
      (
        "azuread",
        "for an application with a secret use oauth2: token_url "
          + "https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token, scopes "
          + "[https://monitor.azure.com//.default]; else let a sidecar write the token into "
          + "authorization.credentials_file"
      ),
      (
        "google_iam",
        "let a sidecar write the token into authorization.credentials_file, or use oauth2 with grant_type "
          + "\(OAuth2Settings.assertionGrantType), the key of the service account, and token_url "
          + "https://oauth2.googleapis.com/token"
      ),
    ]
    for (key, fix) in advice where isPresent(key, in: section) {
      section.findings.notBuilt(key, at: section.place(of: key), fix: fix)
    }
    checkExclusive(section)
    return credentials
  }

  private static func isPresent(_ key: String, in section: SectionReader) -> Bool {
    section.field(key).map { !$0.value.isNull } ?? false
  }

  private static func checkExclusive(_ section: SectionReader) {
    let cloud = ["sigv4", "azuread", "google_iam"].filter { isPresent($0, in: section) }
    var found = ["basic_auth", "authorization", "oauth2"].filter { isPresent($0, in: section) }
    // The deprecated token fields are another way to write authorization.
    if !found.contains("authorization"), section.hasText("bearer_token", "bearer_token_file") {
      found.append("authorization")
    }
    found += cloud
    // Two of the general ones are reported with the HTTP client already.
    guard found.count > 1, let last = cloud.last else { return }
    section.error(
      .conflict, at: section.place(of: last),
      "at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. "
        + "Currently configured: [\(found.joined(separator: " "))]",
      fix: "keep one of them")
  }

  private static func settings(_ section: SectionReader) -> SigV4Settings {
    func filled(_ key: String) -> String? { section.text(key).flatMap { $0.value.isEmpty ? nil : $0.value } }
    var settings = SigV4Settings()
    settings.region = filled("region")
    settings.profile = filled("profile")
    settings.roleARN = filled("role_arn")
    settings.externalID = filled("external_id")
    if let service = filled("service_name") { settings.service = service }
    section.read("use_fips_sts_endpoint", into: &settings.usesFIPSEndpoint)
    let access = filled("access_key")
    let secret = filled("secret_key")
    section.finish()
    if let access, let secret {
      settings.keys = SigV4Settings.Keys(accessKey: access, secretKey: .inline(secret))
    } else if access != nil || secret != nil {
      section.error(
        .conflict, at: section.place(ofFirst: "access_key", "secret_key"),
        "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config",
        fix: "give both or neither")
    }
    if settings.externalID != nil && settings.roleARN == nil {
      section.error(
        .conflict, at: section.valuePlace(of: "external_id"), "external_id can only be used with role_arn",
        fix: "add role_arn")
    }
    for (key, value) in [("region", settings.region), ("service_name", settings.service), ("access_key", access)] {
      if let value, value.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: "/") }) {
        section.findings.cannotWork(
          at: section.valuePlace(of: key), "the \(key) of sigv4 has characters that no signature may have",
          fix: "write the bare word")
      }
    }
    return settings
  }
}
