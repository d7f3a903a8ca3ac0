import Settings

/// The way to one server: decided from address, settings and environment, and part of what connections have in common.
enum ProxyRoute: Hashable, Sendable {
  case direct
  /// The proxy is asked for the whole URL and forwards the request: `http` through an HTTP proxy.
  case forward(ProxyServer)
  /// The proxy passes bytes on to the server after a `CONNECT` with these headers, and sees none of the requests.
  case tunnel(ProxyServer, connectHeaders: [ConfiguredHeader])
  /// The same by SOCKS.
  case socks(ProxyServer)

  init(
    to address: RequestAddress, settings: ProxySettings, environment: ProxyEnvironment
  ) throws(TransportError) {
    guard let server = try Self.server(for: address, settings: settings, environment: environment) else {
      self = .direct
      return
    }
    switch server.kind {
    case .http where address.scheme == "https":
      self = .tunnel(server, connectHeaders: settings.connectHeaders)
    case .http: self = .forward(server)
    case .socks5:
      // The protocol has one byte for the length of a name.
      guard address.host.utf8.count <= 255 else {
        throw TransportError(.invalidURL, at: server.place, "a SOCKS proxy takes no host of more than 255 bytes")
      }
      self = .socks(server)
    }
  }

  var server: ProxyServer? {
    switch self {
    case .direct: nil
    case .forward(let server), .tunnel(let server, _), .socks(let server): server
    }
  }

  private static func server(
    for address: RequestAddress, settings: ProxySettings, environment: ProxyEnvironment
  ) throws(TransportError) -> ProxyServer? {
    switch settings.choice {
    case .none: return nil
    case .server(let server, ""): return server
    case .server(let server, let exceptions):
      return NoProxyList(exceptions).exempts(host: address.host, port: address.port) ? nil : server
    case .environment:
      if environment.exceptions.exempts(host: address.host, port: address.port) { return nil }
      return try environment.server(scheme: address.scheme)
    }
  }
}
