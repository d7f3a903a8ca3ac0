/// Whether requests go through a proxy, and through which.
public struct ProxySettings: Hashable, Sendable {
  public var choice = Choice.none
  /// Sent with `CONNECT` alone, so never to the server behind the proxy.
  public var connectHeaders: [ConfiguredHeader] = []

  public init() {}

  public enum Choice: Hashable, Sendable {
    case none
    /// `proxy_url`, and the text of `no_proxy`. Where that is empty everything goes through the proxy, even what is
    /// asked of this machine itself.
    case server(ProxyServer, exceptions: String)
    /// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, or their lower-case twins.
    case environment
  }
}

/// One line of a request's head that the configuration adds.
///
/// The value counts as a secret however it was written: an API key is a plain value to whoever put it there.
public struct ConfiguredHeader: Hashable, Sendable {
  public var name: String
  public var value: Secret

  public init(name: String, value: Secret) {
    self.name = name
    self.value = value
  }
}

/// Where a proxy listens and how we are known there.
public struct ProxyServer: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// HTTP without TLS: absolute URLs for `http`, `CONNECT` for `https`.
    case http
    /// SOCKS version 5 without authentication; the proxy resolves host names.
    case socks5
  }

  public var kind: Kind
  /// Without the brackets of an IPv6 address.
  public var host: String
  /// From 1 to 65535.
  public var port: Int
  /// `user:password`, percent-decoded; only with ``Kind/http``.
  public var credentials: Secret?

  /// Why a text names no proxy that can be used. None of them quotes the text, which may hold a password.
  public enum Problem: Error, Equatable, Sendable {
    case notAURL
    /// A proxy that is itself asked over TLS.
    case tlsToProxy
    case socksCredentials
    case unknownScheme(String)
  }

  /// Reads `http://user:password@host:port` or `socks5://host:port`. The default ports are 80 and 1080.
  ///
  /// - Complexity: O(length of the text).
  public init(_ text: String) throws(Problem) {
    guard let separator = text.firstIndex(of: ":"), text[separator...].hasPrefix("://") else { throw .notAURL }
    let scheme = text[..<separator].lowercased()
    var authority = text[separator...].dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    switch scheme {
    case "http": kind = .http
    case "socks5", "socks5h": kind = .socks5
    case "https": throw .tlsToProxy
    default: throw .unknownScheme(scheme)
    }
    if let at = authority.lastIndex(of: "@") {
      guard kind == .http else { throw .socksCredentials }
      guard let pair = Self.credentials(authority[..<at]) else { throw .notAURL }
      credentials = .inline(pair)
      authority = authority[authority.index(after: at)...]
    }
    guard let place = Self.place(authority, defaultPort: kind == .http ? 80 : 1_080) else { throw .notAURL }
    (host, port) = place
  }

  /// `scheme://host:port`, the only form that is ever printed.
  public var place: String { "\(kind.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  private static func place(_ authority: Substring, defaultPort: Int) -> (host: String, port: Int)? {
    var host = authority
    var digits = Substring()
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[..<end].dropFirst()
      digits = authority[end...].dropFirst()
    } else if let colon = authority.lastIndex(of: ":") {
      host = authority[..<colon]
      digits = authority[colon...]
      // A colon more belongs to nothing.
      if host.contains(":") { return nil }
    }
    guard !host.isEmpty, host.utf8.count <= 255, digits.isEmpty || digits.hasPrefix(":"),
      host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "%") && !(0x5b...0x5d).contains($0) })
    else { return nil }
    let number = digits.dropFirst()
    guard !number.isEmpty else { return (String(host), defaultPort) }
    guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(number), (1...65_535).contains(port)
    else { return nil }
    return (String(host), port)
  }

  /// `user:password` from user info; nil when it is badly escaped or would end the header line that it goes into.
  private static func credentials(_ userInfo: Substring) -> String? {
    let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let decoded = parts.map { percentDecoded($0) }
    guard let user = decoded.first ?? nil, let password = decoded.count > 1 ? decoded[1] : "" else { return nil }
    return "\(user):\(password)"
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, !digits.contains(UInt8(ascii: "+")), !digits.contains(UInt8(ascii: "-")),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
