package import AgentConfiguration
import Settings

/// A secret that stands in a configuration itself.
package struct EndpointSecret: Sendable {
  /// Where, below the endpoint: `basic_auth.password`.
  package var title: String
  package var field: YAMLField
  /// The key that takes the same from a file; nil where there is none.
  package var fileKey: String?

  /// Whether a header or parameter of this name carries a secret.
  package static func isSpokenOf(_ name: String) -> Bool { QueryParameter.speaksOfSecret(name) }
}

/// A file that an endpoint needs.
package struct EndpointFile: Sendable {
  package enum Role: Sendable { case secret, privateKey, certificate }

  package var title: String
  package var role: Role
  /// As written.
  package var path: String
  package var place: Place

  init(_ title: String, _ role: Role, _ path: Located<String>) {
    self.title = title
    self.role = role
    self.path = path.value
    place = path.place
  }
}

extension ReviewedFile.Endpoint {
  /// Every mapping that may have a `tls_config`, with what its keys are called.
  private var clients: [(prefix: String, section: Section)] {
    [("", section)] + (section.section("oauth2").map { [("oauth2.", $0)] } ?? [])
  }

  package var tlsSections: [(title: String, section: Section)] {
    clients.compactMap { client in
      client.section.section("tls_config").map { (client.prefix + "tls_config", $0) }
    }
  }

  /// Secrets that the file gives in so many words. What a program puts in before the file is read is none.
  package var inlineSecrets: [EndpointSecret] {
    let places: [(section: String, key: String)] = [
      ("basic_auth", "password"), ("authorization", "credentials"), ("oauth2", "client_secret"),
      ("oauth2", "client_certificate_key"), ("", "bearer_token"),
    ]
    var secrets = places.compactMap { place -> EndpointSecret? in
      let owner = place.section.isEmpty ? section : section.section(place.section)
      guard let owner, owner.text(place.key) != nil, let field = owner[place.key] else { return nil }
      let title = place.section.isEmpty ? place.key : "\(place.section).\(place.key)"
      return EndpointSecret(title: title, field: field, fileKey: place.key + "_file")
    }
    if let signature = section.section("sigv4"), signature.text("secret_key") != nil,
      let field = signature["secret_key"]
    {
      secrets.append(EndpointSecret(title: "sigv4.secret_key", field: field, fileKey: nil))
    }
    if let oauth = section.section("azuread")?.section("oauth"), oauth.text("client_secret") != nil,
      let field = oauth["client_secret"]
    {
      secrets.append(EndpointSecret(title: "azuread.oauth.client_secret", field: field, fileKey: nil))
    }
    for tls in tlsSections {
      guard tls.section.text("key") != nil, let field = tls.section["key"] else { continue }
      secrets.append(EndpointSecret(title: "\(tls.title).key", field: field, fileKey: "key_file"))
    }
    return secrets.filter { !ValueShape.isFilledInLater($0.field.value.scalar?.text ?? "") }
  }

  package var files: [EndpointFile] {
    let places: [(section: String, key: String)] = [
      ("basic_auth", "password_file"), ("basic_auth", "username_file"), ("authorization", "credentials_file"),
      ("oauth2", "client_secret_file"), ("oauth2", "client_certificate_key_file"), ("", "bearer_token_file"),
    ]
    var files = places.compactMap { place -> EndpointFile? in
      let owner = place.section.isEmpty ? section : section.section(place.section)
      let title = place.section.isEmpty ? place.key : "\(place.section).\(place.key)"
      return owner?.text(place.key).map { EndpointFile(title, .secret, $0) }
    }
    for header in section.section("http_headers")?.fields ?? [] {
      guard let name = header.key.scalar?.text, let entry = Section(header.value) else { continue }
      files += entry.texts("files").map { EndpointFile("http_headers.\(name)", .secret, $0) }
    }
    let keys: [(key: String, role: EndpointFile.Role)] = [
      ("ca_file", .certificate), ("cert_file", .certificate), ("key_file", .privateKey),
    ]
    for tls in tlsSections {
      files += keys.compactMap { key, role in
        tls.section.text(key).map { EndpointFile("\(tls.title).\(key)", role, $0) }
      }
    }
    return files.filter { !ValueShape.isFilledInLater($0.path) }
  }
}

extension ReviewedFile {
  /// Where a path in this file leads.
  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
  }

  /// Whether its paths are those of the machine that the review runs on: a resource's are those of a container.
  var namesLocalFiles: Bool { kind != .operator }

  /// What a key of Prometheus is called in this file.
  func spelled(_ key: String) -> String {
    guard kind == .operator else { return key }
    if key == "retry_on_http_429" { return "retryOnRateLimit" }
    let words = key.split(separator: "_")
    return (words.first.map(String.init) ?? "")
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
