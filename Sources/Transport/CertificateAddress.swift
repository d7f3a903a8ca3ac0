import NIOCore
import NIOSSL

/// Checks a server's certificate against an IP address that is not the one the connection leads to: it leads to a
/// proxy, or `server_name` names another address. The library can only compare with names or with the connection.
enum CertificateAddress {
  /// The certificate is trusted, but it is that of another server.
  struct Mismatch: Error {
    var expected: String
  }

  /// Closes the connection when the certificate does not name `expected`. Called after the handshake, in which the
  /// certificate was found trustworthy, and before the first request.
  static func check(_ expected: String, on channel: any Channel) -> EventLoopFuture<Void> {
    channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
      guard let certificate, let address = IPBytes(expected), names(of: certificate).contains(address) else {
        throw Mismatch(expected: expected)
      }
    }.flatMapErrorThrowing { error in
      channel.close(promise: nil)
      throw error
    }
  }

  private static func names(of certificate: NIOSSLCertificate) -> [IPBytes] {
    certificate._subjectAlternativeNames().filter { $0.nameType == .ipAddress }
      .map { IPBytes(bytes: Array($0.contents)) }
  }
}
