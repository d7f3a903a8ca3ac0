/// What a web configuration file says about a listener: TLS, users, headers.
///
/// Secrets are in here as they were written; nothing that renders these settings may show ``users`` or
/// ``WebTLSSettings/key``.
public struct WebSettings: Hashable, Sendable {
  /// `tls_server_config`; nil for plain HTTP.
  public var tls: WebTLSSettings?
  /// `http_server_config.http2`: whether HTTP/2 is offered to clients that come with TLS.
  public var offersHTTP2 = true
  /// `http_server_config.headers`: what every answer carries.
  public var headers: [String: String] = [:]
  /// `basic_auth_users`: bcrypt hashes by user name. Empty lets everybody in.
  public var users: [String: String] = [:]
  /// `rate_limit`; nil for none.
  public var rateLimit: WebRateLimit?

  public init() {}
}

/// `rate_limit`: a bucket of `burst` requests that gains one each `interval`.
public struct WebRateLimit: Hashable, Sendable {
  public var interval: Duration
  public var burst: Int

  public init(interval: Duration, burst: Int) {
    self.interval = interval
    self.burst = burst
  }
}

/// `tls_server_config`.
public struct WebTLSSettings: Hashable, Sendable {
  /// What is asked of clients.
  public enum ClientAuthentication: String, Sendable, CaseIterable {
    /// Nothing.
    case none = "NoClientCert"
    /// A certificate, which may be missing and is not looked at.
    case request = "RequestClientCert"
    /// A certificate, which is not looked at.
    case requireAny = "RequireAnyClientCert"
    /// A certificate, which may be missing; one that is given must be good.
    case verifyIfGiven = "VerifyClientCertIfGiven"
    /// A good certificate.
    case requireAndVerify = "RequireAndVerifyClientCert"

    /// Whether a client without a certificate is turned away.
    public var requiresCertificate: Bool { self == .requireAny || self == .requireAndVerify }
    /// Whether a certificate must come from an accepted authority.
    public var verifies: Bool { self == .verifyIfGiven || self == .requireAndVerify }
  }

  /// The certificate, with intermediate ones behind it.
  public var certificate: TLSSettings.PEMSource
  public var key: TLSSettings.PEMSource
  public var clientAuthentication = ClientAuthentication.none
  /// Who may have signed the certificates of clients; nil for the authorities of the system.
  public var clientAuthority: TLSSettings.PEMSource?
  /// Alternative names of which a client's certificate must have one; nil for any.
  public var clientAllowedNames: [String]?
  public var minimumVersion = TLSSettings.TLSVersion.tls12
  public var maximumVersion = TLSSettings.TLSVersion.tls13
  /// IANA names for TLS up to 1.2, best first; empty for the defaults.
  public var cipherSuites: [String] = []
  /// `X25519`, `CurveP256`, `CurveP384`, `CurveP521`, best first; empty for the defaults.
  public var curves: [String] = []

  public init(certificate: TLSSettings.PEMSource, key: TLSSettings.PEMSource) {
    self.certificate = certificate
    self.key = key
  }

  /// The files that this names.
  public var files: [String] {
    [certificate, key, clientAuthority].compactMap { source in
      if case .file(let path) = source { return path }
      return nil
    }
  }
}
