/// `oauth2`: how to get the token that proves who we are (RFC 6749).
public struct OAuth2Settings: Hashable, Sendable, CustomStringConvertible {
  public var clientID: String
  /// Absolute, `http` or `https`.
  public var tokenURL: String
  public var grant: Grant
  public var scopes: [String] = []
  /// Further parameters of the token request; they may hold secrets. `grant_type` among them replaces our own.
  public var endpointParameters: [String: String] = [:]
  /// How the token endpoint is reached. Its credentials are not used: they come from the grant.
  public var http: HTTPClientSettings

  public init(clientID: String, tokenURL: String, grant: Grant) {
    self.clientID = clientID
    self.tokenURL = tokenURL
    self.grant = grant
    var http = HTTPClientSettings()
    // As in the reference; and a redirected request would carry the client's secret to whoever it is led to.
    http.enableHTTP2 = false
    http.followRedirects = false
    self.http = http
  }

  /// What is shown in return for a token.
  public enum Grant: Hashable, Sendable {
    /// `client_credentials`: the client's id and secret.
    case clientCredentials(secret: Secret?)
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer`: a statement signed with the client's key (RFC 7523).
    case assertion(AssertionSettings)
  }

  public static let assertionGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"

  public var description: String { "<oauth2 client \(clientID)>" }
}

/// What is in the statement that a client signs to get a token.
public struct AssertionSettings: Hashable, Sendable, CustomStringConvertible {
  /// An RSA key in PEM.
  public var key: Secret?
  /// Tells the server which of the client's keys this is; nil leaves it out.
  public var keyID: String?
  public var algorithm: Algorithm = .rs256
  /// nil means the client's id.
  public var issuer: String?
  /// nil means the token URL.
  public var audience: String?
  /// Added to the statement; one of the same name as a standard claim replaces it.
  public var claims: [String: ClaimValue] = [:]

  public init(key: Secret?) { self.key = key }

  /// The raw value is the word in the configuration file and in the statement.
  public enum Algorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
  }

  public var description: String { "<assertion>" }
}

/// A value in JSON.
public enum ClaimValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// Finite.
  case number(Double)
  case text(String)
  case list([ClaimValue])
  case object([String: ClaimValue])
}
