import Settings

/// What the environment of the process says about proxies. It is read once, as in the reference.
struct ProxyEnvironment: Sendable {
  private let http: String
  private let https: String
  let exceptions: NoProxyList
  /// In a CGI program `HTTP_PROXY` is what a client sent as the header `Proxy`.
  private let isCGI: Bool

  init(_ variable: (String) -> String?) {
    func value(_ name: String) -> String {
      [name, name.lowercased()].compactMap(variable).first { !$0.isEmpty } ?? ""
    }
    http = value("HTTP_PROXY")
    https = value("HTTPS_PROXY")
    exceptions = NoProxyList(value("NO_PROXY"))
    isCGI = variable("REQUEST_METHOD").map { !$0.isEmpty } ?? false
  }

  /// nil when none is named. `host:port` without a scheme is taken for one of http.
  func server(scheme: String) throws(TransportError) -> ProxyServer? {
    let isSecure = scheme == "https"
    let text = isSecure ? https : http
    guard !text.isEmpty else { return nil }
    let variable = isSecure ? "HTTPS_PROXY" : "HTTP_PROXY"
    guard isSecure || !isCGI else {
      throw TransportError(
        .proxy, at: variable, "HTTP_PROXY is not used where REQUEST_METHOD is set: a client could have set it",
        remedy: "Name the proxy in proxy_url, or start the agent without REQUEST_METHOD.")
    }
    do throws(ProxyServer.Problem) {
      return try ProxyServer(text.contains("://") ? text : "http://" + text)
    } catch {
      throw TransportError(
        .proxy, at: variable, "\(variable) cannot be used: \(error.message)",
        remedy: "Write it as http://host:port or socks5://host:port.")
    }
  }
}

extension ProxyServer.Problem {
  fileprivate var message: String {
    switch self {
    case .notAURL: "it is no URL with a host"
    case .tlsToProxy: "a proxy that is itself asked over TLS is not supported"
    case .socksCredentials: "user name and password for a SOCKS proxy are not supported"
    case .unknownScheme(let scheme): "there are no proxies of the kind \"\(scheme)\""
    }
  }
}
