/// Where a listener listens and what it bears from clients. The names follow Prometheus's flags.
public struct ListenerOptions: Hashable, Sendable {
  /// `--web.listen-address`; port 0 takes a free one.
  public var addresses: [ListeningAddress]
  /// `--web.max-connections`, over all addresses. Beyond it, connections wait in the system's queue, as with the
  /// reference.
  public var connectionsMax = 512
  /// `--web.read-timeout`: how long a whole request may take to arrive, a client to take its answer, and a connection
  /// to be idle.
  public var readTimeout = Duration.seconds(300)
  /// How long a client may take for the TLS handshake and for the head of a request, from its first byte; never more
  /// than ``readTimeout``. One slow byte after the other then holds a connection for seconds and not for minutes.
  public var headTimeout = Duration.seconds(30)
  /// The most bytes that the head of a request may have, its first line and all headers together; more gets 431.
  public var headBytesMax = 64 << 10
  /// The most headers that a request may have; more gets 400.
  public var headersMax = 256
  /// `--web.route-prefix`: pages are below it. It begins with a slash and does not end with one, except for `/`.
  public var routePrefix = "/"

  public init(_ addresses: [ListeningAddress]) { self.addresses = addresses }
}
