import Foundation

/// A URL taken apart: where to connect, what to ask for, and the user info kept aside so that nothing prints it.
struct RequestAddress: Sendable {
  var scheme: String
  /// Without the brackets of an IPv6 address.
  var host: String
  var port: Int
  /// Path and query, percent-encoded; begins with `/`.
  var target: String
  /// Percent-decoded.
  var userInfo: UserInfo?

  struct UserInfo: Sendable {
    var user: String
    var password: String
  }

  init(_ text: String) throws(TransportError) {
    if let plain = PlainURL(text) { self.init(plain) } else { try self.init(byLibrary: text) }
  }

  private init(_ plain: PlainURL) {
    scheme = plain.scheme
    host = plain.host
    port = plain.port ?? (plain.scheme == "https" ? 443 : 80)
    target = plain.target
  }

  /// The same for every URL there is.
  init(byLibrary text: String) throws(TransportError) {
    // The text itself may hold a password, so an error about it never quotes it.
    guard let parts = URLComponents(string: text) else {
      throw TransportError(
        .invalidURL, at: "URL", "it cannot be parsed", remedy: "Write it as http://host:port/path.")
    }
    try self.init(parts)
  }

  private init(_ parts: URLComponents) throws(TransportError) {
    let scheme = parts.scheme?.lowercased() ?? ""
    guard scheme == "http" || scheme == "https" else {
      throw TransportError(
        .invalidURL, at: "URL", "the scheme is \"\(scheme)\"", remedy: "Use http or https.")
    }
    guard let encodedHost = parts.encodedHost, !encodedHost.isEmpty else {
      throw TransportError(
        .invalidURL, at: "URL", "it names no host", remedy: "Write it as \(scheme)://host:port/path.")
    }
    let port = parts.port ?? (scheme == "https" ? 443 : 80)
    guard (1...65_535).contains(port) else {
      throw TransportError(.invalidURL, at: "URL", "\(port) is no port", remedy: "A port is a number from 1 to 65535.")
    }
    self.scheme = scheme
    let isBracketed = encodedHost.hasPrefix("[") && encodedHost.hasSuffix("]")
    self.host = isBracketed ? String(encodedHost.dropFirst().dropLast()) : encodedHost
    self.port = port
    let path = parts.percentEncodedPath
    let query = parts.percentEncodedQuery.map { "?" + $0 } ?? ""
    self.target = (path.hasPrefix("/") ? path : "/" + path) + query
    if let user = parts.user { self.userInfo = UserInfo(user: user, password: parts.password ?? "") }
  }

  /// Where `location`, the value of a `Location` header, leads from here.
  ///
  /// User info in it is ignored: credentials come from our own settings, never from a server.
  func resolving(_ location: String) throws(TransportError) -> RequestAddress {
    guard let base = URL(string: text), let url = URL(string: location, relativeTo: base),
      let parts = URLComponents(url: url.absoluteURL, resolvingAgainstBaseURL: true)
    else { throw TransportError(.redirect, at: place, "the redirect leads to something that is no URL") }
    do {
      var address = try RequestAddress(parts)
      address.userInfo = nil
      return address
    } catch {
      throw TransportError(
        .redirect, at: place, "the redirect leads to something that cannot be asked: \(error.message)")
    }
  }

  private var bracketedHost: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }

  /// `scheme://host:port`, the only form that is ever printed.
  var place: String { "\(scheme)://\(bracketedHost):\(port)" }

  var text: String { place + target }

  /// The same request in the name of another host.
  func text(host name: String) -> String { "\(scheme)://\(name):\(port)\(target)" }

  /// What goes into the `Host` header.
  var hostHeader: String {
    port == (scheme == "https" ? 443 : 80) ? bracketedHost : "\(bracketedHost):\(port)"
  }

  /// Whether what was meant for this address may be told to `other`: the same server, or the same host asked over
  /// TLS instead, which is how sites move from http to https. Another port is another server.
  func sharesSecrets(with other: RequestAddress) -> Bool {
    guard equalIgnoringCase(host, other.host) else { return false }
    if scheme == other.scheme { return port == other.port }
    return scheme == "http" && port == 80 && other.scheme == "https" && other.port == 443
  }
}
