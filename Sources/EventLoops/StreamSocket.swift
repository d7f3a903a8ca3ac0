import Glibc

/// A socket of TCP that waits for nothing. Closed with its owner.
struct StreamSocket: ~Copyable {
  let descriptor: CInt

  /// - Returns: nil with `errno` set where the system gives none.
  init?(for address: SocketAddress) {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(address.family, kind, 0)
    guard descriptor >= 0 else { return nil }
    self.init(adopting: descriptor)
  }

  /// - Parameter descriptor: of a connected socket of TCP that waits for nothing; nobody else's from now on.
  init(adopting descriptor: CInt) {
    self.descriptor = descriptor
    var isOn: CInt = 1
    // A message goes out whole; nothing is gained by waiting for more.
    setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<CInt>.size))
  }

  deinit { Glibc.close(descriptor) }

  /// The descriptor, to be closed by whoever takes it.
  consuming func release() -> CInt {
    let descriptor = descriptor
    discard self
    return descriptor
  }

  /// Says that nothing more will be sent.
  func closeOutput() { _ = Glibc.shutdown(descriptor, CInt(SHUT_WR)) }

  /// - Returns: 0 when it stands, EINPROGRESS when it will be ready to write once it stands or failed, or why it failed.
  func connect(to address: SocketAddress) -> CInt {
    address.withPointer { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno == EINTR ? EINPROGRESS : errno
  }

  /// What became of connecting; 0 when it stands. The error is given out once.
  func takeError() -> CInt {
    var code: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
  }

  /// Sends what comes behind the first `start` bytes of both, as far as the system takes it, with one call.
  ///
  /// - Returns: how many bytes it took, 0 when it takes none now; or why it takes none any more.
  func send(_ head: [UInt8], _ body: [UInt8], from start: Int) -> Result<Int, SystemError> {
    let headStart = min(start, head.count)
    let bodyStart = start - headStart
    var count: Int
    repeat {
      count = head.withUnsafeBytes { head in
        body.withUnsafeBytes { body in
          // In bounds: the starts are those of a place in both together. The system only reads, while both live.
          var parts = (
            iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count)
          )
          parts.0.iov_base += headStart
          parts.0.iov_len -= headStart
          parts.1.iov_base = parts.1.iov_base.map { $0 + bodyStart }
          parts.1.iov_len -= bodyStart
          return withUnsafeMutableBytes(of: &parts) { parts in
            var message = msghdr()
            message.msg_iov = parts.assumingMemoryBound(to: iovec.self).baseAddress
            message.msg_iovlen = 2
            return sendmsg(descriptor, &message, CInt(MSG_NOSIGNAL))
          }
        }
      }
    } while count < 0 && errno == EINTR
    if count >= 0 { return .success(count) }
    return errno == EAGAIN ? .success(0) : .failure(SystemError(code: errno))
  }
}

/// What the system said.
public struct SystemError: Error, Equatable {
  /// An `errno`.
  public var code: Int32
}

/// Where a socket connects to.
struct SocketAddress: Equatable, Sendable {
  let family: CInt
  private let bytes: [UInt8]

  /// - Parameter info: one that the resolver has made.
  init?(_ info: addrinfo) {
    guard let address = info.ai_addr, info.ai_addrlen > 0 else { return nil }
    family = info.ai_family
    // In bounds: the resolver says how long its address is.
    bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
  }

  /// nil where `host` is no address in numbers.
  init?(numeric host: String, port: UInt16) {
    var four = sockaddr_in()
    var six = sockaddr_in6()
    if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
      family = AF_INET
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
      family = AF_INET6
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { storage in
      // In bounds: both have a length, and the shorter counts. The kind of address is in its first bytes.
      storage.copyBytes(from: bytes.prefix(storage.count))
      let address = storage.assumingMemoryBound(to: sockaddr.self)
      return withExtendedLifetime(address) {
        body(UnsafePointer(address.baseAddress.unsafelyUnwrapped), socklen_t(min(bytes.count, storage.count)))
      }
    }
  }
}

/// The system's resolver, which waits for servers.
enum NameLookup {
  /// The addresses of `host` in the order in which they should be tried; none when it has no address or nobody knows.
  static func addresses(of host: String, port: UInt16) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    hints.ai_protocol = CInt(IPPROTO_TCP)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    // A list that the resolver has made and that lives until it is freed above.
    return sequence(first: first) { $0?.pointee.ai_next }.prefix { $0 != nil }
      .compactMap { $0.flatMap { SocketAddress($0.pointee) } }
  }
}
