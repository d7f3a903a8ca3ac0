/// How to reach one HTTP server: who we are, whom we trust, by which way. Shared by scraping, discovery and delivery.
public struct HTTPClientSettings: Hashable, Sendable {
  public var credentials: Credentials = .none
  public var tls = TLSSettings()
  public var followRedirects = true
  public var enableHTTP2 = true
  public var proxy = ProxySettings()
  /// Added to each request, in this order; several of one name are several lines.
  public var headers: [ConfiguredHeader] = []
  /// `round_robin_dns`: each new connection goes to an address drawn from all that the host has.
  public var resolvesRoundRobin = false

  public init() {}

  /// At most one way to prove who we are.
  public enum Credentials: Hashable, Sendable {
    case none
    case basic(username: Secret?, password: Secret?)
    /// `Authorization: <type> <credentials>`; type is usually `Bearer`.
    case authorization(type: String, credentials: Secret?)
    indirect case oauth2(OAuth2Settings)
    case sigV4(SigV4Settings)
  }
}

/// A text that must never be printed: a password, a token, or where to read one.
///
/// Its description says which it is and never what it says.
public enum Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  case inline(String)
  /// An absolute path; read again for each use, so that a rotated secret is taken up.
  case file(String)

  public var description: String {
    switch self {
    case .inline: "<secret>"
    case .file(let path): "<secret in \(path)>"
    }
  }
  public var debugDescription: String { description }
}

/// How a server proves who it is, and we to it.
public struct TLSSettings: Hashable, Sendable {
  /// PEM text or a path to it; nil trusts the system's roots.
  public var certificateAuthority: PEMSource?
  public var certificate: PEMSource?
  public var key: PEMSource?
  /// The name to expect in the server's certificate and to send as SNI, where it differs from the host.
  public var serverName: String?
  public var insecureSkipVerify = false
  public var minimumVersion: TLSVersion?
  public var maximumVersion: TLSVersion?

  public init() {}

  /// Its description never quotes what may be a key.
  public enum PEMSource: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    case inline(String)
    /// An absolute path.
    case file(String)

    public var description: String {
      switch self {
      case .inline: "<PEM>"
      case .file(let path): "<PEM in \(path)>"
      }
    }
    public var debugDescription: String { description }
  }

  /// The raw value is the word in the configuration file.
  public enum TLSVersion: String, Sendable, CaseIterable {
    case tls10 = "TLS10"
    case tls11 = "TLS11"
    case tls12 = "TLS12"
    case tls13 = "TLS13"
  }
}
