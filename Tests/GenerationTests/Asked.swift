import AgentConfiguration
import Diagnostics
import Generation
import Settings
import Testing

/// A request with everything that a backend and a kind of authentication need, as somebody would give it.
struct Asked: Sendable, CustomTestStringConvertible {
  var request: ConfigurationRequest

  static let identifier = "00000000-0000-0000-0000-000000000000"
  private static let pieces = [
    "host": "host.example:8443", "region": "eu-central-1", "workspace": "ws-1", "rule": "dcr-1", "project": "p-1",
    "database": "metrics", "source": "site-1", "tenant": "12",
  ]

  init(_ backend: BackendProfile, _ kind: AuthenticationKind, for consumer: Consumer = .godwit) {
    request = ConfigurationRequest(backend: backend, consumer: consumer)
    let wanted = Set(backend.pieces.map(\.name) + (backend.tenant == nil ? [] : ["tenant"]))
    request.pieces = Self.pieces.filter { wanted.contains($0.key) }
    request.authentication = kind
    request.credentials = Self.credentials(of: kind)
    if kind == .oauth2 { request.pieces["directory"] = Self.identifier }
    if kind == .sigv4 { request.pieces["region"] = "eu-central-1" }
    request.cluster = "eu"
    request.replica = "a"
    request.targets = ["db.example:9100", "[::1]:9100"]
  }

  private static func credentials(of kind: AuthenticationKind) -> [AuthenticationFlag: [String]] {
    switch kind {
    case .none, .sigv4: [:]
    case .basic: [.username: ["12345"], .passwordFile: ["/etc/godwit/password"], .caFile: ["/etc/godwit/ca.pem"]]
    case .bearerFile: [.tokenFile: ["token"], .serverName: ["name.example"]]
    case .oauth2: [.clientID: ["client: 1"], .clientSecretFile: ["/etc/godwit/secret"]]
    case .azureAD: [.clientID: [identifier]]
    case .googleIAM: [.credentialsFile: ["/etc/godwit/key.json"]]
    case .mutualTLS: [.certFile: ["/etc/godwit/cert.pem"], .keyFile: ["/etc/godwit/key.pem"]]
    }
  }

  /// The first file that is written.
  func configuration() throws -> String {
    try #require(try ConfigurationGenerator(request).files().files.first).text
  }

  var testDescription: String {
    "\(request.backend.name), \(request.authentication?.rawValue ?? "usual"), \(request.consumer)"
  }

  static let reader = ConfigurationReader(directory: "/etc/godwit", environment: { _ in nil })
}
