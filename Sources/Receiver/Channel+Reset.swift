import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Channel {
  /// Closes the connection so that the peer is told of a reset and not of an orderly end.
  func reset() async throws {
    // With a linger time of zero the kernel throws away what is unsent and sends a reset.
    var immediately = linger()
    immediately.l_onoff = 1
    immediately.l_linger = 0
    if let options = self as? any SocketOptionProvider { try await options.setSoLinger(immediately).get() }
    try await close()
  }
}
