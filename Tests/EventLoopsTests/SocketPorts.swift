import Glibc

/// The port that a socket is bound to.
func portOfSocket(_ descriptor: CInt) -> UInt16 { port { getsockname(descriptor, $0, $1) } }

/// The port at the other end of a socket that is connected.
func portOfPeer(_ descriptor: CInt) -> UInt16 { port { getpeername(descriptor, $0, $1) } }

private func port(_ name: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt) -> UInt16 {
  var address = sockaddr_in6()
  var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
  _ = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name($0, &length) }
  }
  // Both kinds of address have the port at the same place.
  return UInt16(bigEndian: address.sin6_port)
}
