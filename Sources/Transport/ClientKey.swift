import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOSSL
import Settings

/// What two exchanges must have in common to share connections.
///
/// Credentials are not part of it: they are a header of each request.
struct ClientKey: Hashable, Sendable {
  var tls: TLSSettings
  var material: TLSMaterial
  var enableHTTP2: Bool
  /// Where the name to verify differs from the host to connect to.
  var alias: Alias?
  /// The decompressor stops here, so that a few kilobytes cannot become gigabytes within one read.
  var decodedBytesMax: Int

  struct Alias: Hashable, Sendable {
    /// `tls_config.server_name`: sent as SNI and expected in the certificate.
    var name: String
    var host: String
  }

  /// As in the reference.
  static let idleConnectionTimeout = TimeAmount.minutes(5)
  /// Bounds one attempt to connect; the deadline of the request usually comes earlier.
  static let connectTimeout = TimeAmount.seconds(30)
  /// As in the reference; shards and targets bound the number of exchanges long before this does.
  static let connectionsPerHostMax = 1_000

  func makeClient() throws(TransportError) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = try material.configuration(tls)
    // Redirects are followed by ``HTTPTransport``, which knows what may go along to another host.
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: Self.connectTimeout)
    configuration.connectionPool.idleTimeout = Self.idleConnectionTimeout
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHostMax
    // A refused connection is an answer; whoever asked decides when to try again.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.decompression = .enabled(limit: .size(decodedBytesMax))
    configuration.httpVersion = enableHTTP2 ? .automatic : .http1Only
    if let alias { configuration.dnsOverride = [alias.name: alias.host] }
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }
}
