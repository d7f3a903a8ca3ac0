import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL

/// Holds back the first request of a connection until the server's certificate has been found to name the server.
///
/// The TLS library would compare names by itself, but takes a certificate for the *address* of the connection too,
/// whatever name was asked for. Behind a proxy that address is the proxy's, and wherever names are looked up it is
/// whatever the lookup said; so the name alone has to count.
final class IdentityCheck: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPRequestHead, IOData>
  typealias OutboundOut = HTTPPart<HTTPRequestHead, IOData>

  /// The certificate is trusted, but it is that of another server.
  struct Mismatch: Error {
    var expected: String
  }

  private let identity: ServerIdentity
  private var isPassed = false

  init(_ identity: ServerIdentity) { self.identity = identity }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if !isPassed, case .head(let head) = Self.unwrapOutboundIn(data) {
      let expected = expectedName(head)
      // A stream of HTTP/2 is a child of the connection, which has the certificate.
      let connection = context.channel.parent ?? context.channel
      let certificate = try? connection.pipeline.syncOperations.nioSSL_peerCertificate()
      guard let certificate, CertificateNames(certificate).include(expected) else {
        let error = Mismatch(expected: expected)
        promise?.fail(error)
        context.fireErrorCaught(error)
        connection.close(promise: nil)
        return
      }
      isPassed = true
    }
    context.write(data, promise: promise)
  }

  /// One connection serves one host, so the first request speaks for all.
  private func expectedName(_ head: HTTPRequestHead) -> String {
    if case .named(let name, _) = identity { return name }
    let host = head.headers.first(name: "Host") ?? ""
    if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
    return String(host.prefix { $0 != ":" })
  }

  /// Puts one between what makes requests and what writes them, on a connection or on a stream of HTTP/2.
  static func install(_ identity: ServerIdentity, in channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      // Both kinds have this one, right after what writes.
      let neighbour = try pipeline.handler(type: NIOHTTPResponseDecompressor.self)
      try pipeline.addHandler(IdentityCheck(identity), position: .before(neighbour))
    }
  }
}
