import Foundation
import NIOCore
import NIOSSL
import NIOTLS
import Settings

/// The TLS of a listener with its certificates in memory, as new connections get it.
struct ServerTLS: Sendable {
  let settings: WebTLSSettings
  let context: NIOSSLContext

  /// Reads the files and puts all together.
  ///
  /// - Parameter offersHTTP2: whether clients may choose HTTP/2.
  init(_ settings: WebTLSSettings, offersHTTP2: Bool) throws(ListeningError) {
    self.settings = settings
    let chain = try Self.certificates(settings.certificate, "cert")
    let keyBytes = try Self.bytes(settings.key, "key")
    let key: NIOSSLPrivateKey
    // What the library has to say about a key is left out: nothing that comes from a key file is ever printed.
    do { key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem) } catch {
      throw ListeningError(.badConfiguration, "\(Self.place(settings.key, "key")) is not a private key in PEM")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = Self.version(settings.minimumVersion)
    configuration.maximumTLSVersion = Self.version(settings.maximumVersion)
    configuration.applicationProtocols = offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
    let suites = settings.cipherSuites.compactMap { Self.cipherSuites[$0] }
    if !suites.isEmpty { configuration.cipherSuiteValues = suites }
    let curves = settings.curves.compactMap { Self.curves[$0] }
    if !curves.isEmpty { configuration.curves = curves }
    switch settings.clientAuthentication {
    case .none: configuration.certificateVerification = .none
    case .request, .verifyIfGiven: configuration.certificateVerification = .optionalVerification
    // A client has no host name that its certificate could be held against.
    case .requireAny, .requireAndVerify: configuration.certificateVerification = .noHostnameVerification
    }
    if let authority = settings.clientAuthority {
      configuration.trustRoots = .certificates(try Self.certificates(authority, "client_ca"))
    }
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw ListeningError(
        .badConfiguration,
        "\(Self.place(settings.certificate, "cert")) and \(Self.place(settings.key, "key")) do not belong together")
    }
  }

  /// The handlers that a new connection begins with.
  func handlers() throws -> [any ChannelHandler] {
    var verification: NIOSSLCustomVerificationCallback?
    if settings.clientAuthentication.requiresCertificate != settings.clientAuthentication.verifies
      || settings.clientAuthentication == .request
    {
      verification =
        settings.clientAuthentication.verifies ? nil : { _, result in result.succeed(.certificateVerified) }
    }
    var handlers: [any ChannelHandler] = [
      NIOSSLServerHandler(context: context, customVerificationCallback: verification, configuration: .init()),
      FarewellHandler(),
    ]
    if let names = settings.clientAllowedNames { handlers.append(ClientNameHandler(allowed: Set(names))) }
    return handlers
  }

  // MARK: - Files

  private static func certificates(
    _ source: TLSSettings.PEMSource, _ field: String
  ) throws(ListeningError) -> [NIOSSLCertificate] {
    let bytes = try bytes(source, field)
    let parsed = try? NIOSSLCertificate.fromPEMBytes(bytes)
    guard let parsed, !parsed.isEmpty else {
      throw ListeningError(.badConfiguration, "\(place(source, field)) has no certificate in PEM")
    }
    return parsed
  }

  /// A file beyond this is no certificate.
  private static let fileBytesMax = 4 << 20

  private static func bytes(_ source: TLSSettings.PEMSource, _ field: String) throws(ListeningError) -> [UInt8] {
    switch source {
    case .inline(let text): return Array(text.utf8)
    case .file(let path):
      do {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        return Array(try handle.read(upToCount: fileBytesMax) ?? Data())
      } catch {
        throw ListeningError(.badConfiguration, "cannot read \(place(source, field)): \(error.localizedDescription)")
      }
    }
  }

  private static func place(_ source: TLSSettings.PEMSource, _ field: String) -> String {
    if case .file(let path) = source { return "\(field)_file (\(path))" }
    return field
  }

  // MARK: - Words

  private static func version(_ version: TLSSettings.TLSVersion) -> TLSVersion {
    switch version {
    case .tls10: .tlsv1
    case .tls11: .tlsv11
    case .tls12: .tlsv12
    case .tls13: .tlsv13
    }
  }

  private static let curves: [String: NIOTLSCurve] = [
    "CurveP256": .secp256r1, "CurveP384": .secp384r1, "CurveP521": .secp521r1, "X25519": .x25519,
  ]

  private static let cipherSuites: [String: NIOTLSCipher] = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": .TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": .TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": .TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": .TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  ]
}

/// Lets a connection end as soon as the client has said goodbye too.
///
/// Clients may close their half alone while their answer is made. Where that holds, the TLS library takes the client's
/// goodbye for such a half even if it answers ours, and waits five seconds for nothing: so long would each connection
/// that we end keep its place, and the listener its stop.
final class FarewellHandler: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .all { try? context.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false) }
    context.close(mode: mode, promise: promise)
  }
}

/// Ends a connection whose client has a certificate without any of the allowed alternative names.
final class ClientNameHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let allowed: Set<String>

  init(allowed: Set<String>) { self.allowed = allowed }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Nothing of a request has been handed on before this event.
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
      let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
      guard let certificate, !allowed.isDisjoint(with: Self.names(of: certificate)) else {
        context.close(promise: nil)
        return
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// DNS names, addresses of mail, IP addresses and URIs, as text.
  static func names(of certificate: NIOSSLCertificate) -> [String] {
    certificate._subjectAlternativeNames().compactMap { name in
      let bytes = Array(name.contents)
      switch name.nameType {
      case .dnsName, .email, .uri: return String(validating: bytes, as: UTF8.self)
      case .ipAddress: return (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0))?.ipAddress
      default: return nil
      }
    }
  }
}
