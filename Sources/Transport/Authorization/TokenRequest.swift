import Settings

/// What is asked of a token endpoint.
struct TokenRequest: Sendable {
  /// The client's id and secret, where they go along.
  enum ClientAuthentication: Hashable, Sendable {
    /// As basic authentication, both escaped as in a form (RFC 6749, section 2.3.1).
    case header
    /// As `client_id` and `client_secret` of the form.
    case form
  }

  /// Those of the form.
  var parameters: [String: String]
  /// The user and password of basic authentication, escaped.
  var basic: (user: String, password: String)?
  /// What no error may quote: as it is, and as it is sent.
  var secrets: [String]

  /// `client_credentials`.
  init(_ settings: OAuth2Settings, secret: String, authentication: ClientAuthentication) {
    parameters = ["grant_type": "client_credentials"]
    if !settings.scopes.isEmpty { parameters["scope"] = settings.scopes.joined(separator: " ") }
    parameters.merge(settings.endpointParameters) { $1 }
    let escapedSecret = FormEncoding.escaped(secret)
    secrets = [secret, escapedSecret]
    switch authentication {
    case .header:
      let user = FormEncoding.escaped(settings.clientID)
      basic = (user, escapedSecret)
      secrets.append(CredentialHeader.basic(user: user, password: escapedSecret))
    case .form:
      parameters["client_id"] = settings.clientID
      if !secret.isEmpty { parameters["client_secret"] = secret }
    }
    secrets += Self.secrets(among: settings.endpointParameters)
  }

  /// `jwt-bearer`.
  init(_ settings: OAuth2Settings, assertion: String) {
    parameters = ["grant_type": OAuth2Settings.assertionGrantType, "assertion": assertion]
    if !settings.scopes.isEmpty { parameters["scope"] = settings.scopes.joined(separator: " ") }
    parameters.merge(settings.endpointParameters) { $1 }
    secrets = [assertion] + Self.secrets(among: settings.endpointParameters)
  }

  var body: String { FormEncoding.text(parameters) }

  private static func secrets(among parameters: [String: String]) -> [String] {
    parameters.filter { QueryParameter.speaksOfSecret($0.key) }.flatMap { [$0.value, FormEncoding.escaped($0.value)] }
  }
}
