import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Settings

/// What two exchanges must have in common to share connections.
///
/// Credentials and headers for the server are not part of it: they go with each request. Those for a proxy that makes
/// a tunnel are: the tunnel was made with them.
struct ClientKey: Hashable, Sendable {
  /// For https; an http client has nothing to verify.
  var isSecure: Bool
  var tls: TLSSettings
  var material: TLSMaterial
  var enableHTTP2: Bool
  var identity: ServerIdentity
  var route: ProxyRoute
  var resolvesRoundRobin: Bool
  /// The decompressor stops here, so that a few kilobytes cannot become gigabytes within one read.
  var decodedBytesMax: Int

  /// As in the reference; shards and targets bound the number of exchanges long before this does.
  static let connectionsPerHostMax = 1_000

  func makeClient() throws(TransportError) -> HTTPClient {
    HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration())
  }

  func configuration() throws(TransportError) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    // Redirects are followed by ``HTTPTransport``, which knows what may go along to another host.
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: TimeAmount(ConnectionPool.connectTimeout))
    configuration.connectionPool.idleTimeout = TimeAmount(ConnectionPool.idleTimeout)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHostMax
    // A refused connection is an answer; whoever asked decides when to try again.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.decompression = .enabled(limit: .size(decodedBytesMax))
    configuration.httpVersion = enableHTTP2 ? .automatic : .http1Only
    // The other addresses are tried within the same attempt, so a dead one among them costs a quarter of a second.
    configuration.dnsResolver = resolvesRoundRobin ? .randomized : .system
    var security = try material.configuration(tls)
    if !tls.insecureSkipVerify {
      // Whether the authority is trusted is the library's to decide, whose certificate it is is ours.
      security.certificateVerification = .noHostnameVerification
    }
    configuration.tlsConfiguration = security
    if let alias = identity.alias { configuration.dnsOverride = [alias.name: alias.host] }
    // The library calls these once a connection or a stream is made and before anything is sent by it.
    if case .forward = route {
      configuration.http1_1ConnectionDebugInitializer = { AbsoluteForm.install(in: $0) }
    } else if isSecure && !tls.insecureSkipVerify {
      configuration.http1_1ConnectionDebugInitializer = { [identity] in IdentityCheck.install(identity, in: $0) }
      configuration.http2StreamChannelDebugInitializer = { [identity] in IdentityCheck.install(identity, in: $0) }
    }
    switch route {
    case .direct, .forward: break
    case .socks(let server): configuration.proxy = .socksServer(host: server.host, port: server.port)
    case .tunnel(let server, let connectHeaders):
      configuration.proxy = try Self.tunnel(through: server, connectHeaders: connectHeaders)
    }
    return configuration
  }

  private static func tunnel(
    through server: ProxyServer, connectHeaders: [ConfiguredHeader]
  ) throws(TransportError) -> HTTPClient.Configuration.Proxy {
    var authorization: HTTPClient.Authorization?
    var headers = HTTPHeaders()
    for header in connectHeaders {
      let value = try SecretText.line(of: header.value, purpose: "a header for the proxy")
      if equalIgnoringCase(header.name, "Proxy-Authorization") {
        authorization = try proxyAuthorization(value, at: server.place)
      } else {
        headers.add(name: header.name, value: value)
      }
    }
    // What the URL of the proxy says wins, as in the reference.
    if let credentials = server.credentials {
      authorization = .basic(
        credentials: CredentialHeader.base64(try SecretText.line(of: credentials, purpose: "the proxy's password")))
    }
    return .server(host: server.host, port: server.port, authorization: authorization, connectHeaders: headers)
  }

  /// The library writes this one header itself, and knows two schemes.
  private static func proxyAuthorization(
    _ value: String, at place: String
  ) throws(TransportError) -> HTTPClient.Authorization {
    let words = value.split(separator: " ", maxSplits: 1).map(String.init)
    switch (words.first?.lowercased(), words.count) {
    case ("basic", 2): return .basic(credentials: words[1])
    case ("bearer", 2): return .bearer(tokens: words[1])
    default:
      throw TransportError(
        .proxy, at: place, "Proxy-Authorization in proxy_connect_header is neither Basic nor Bearer",
        remedy: "Only these two schemes are supported.")
    }
  }
}
