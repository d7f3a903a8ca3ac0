import Settings

/// Whom the certificate of a server has to name.
enum ServerIdentity: Hashable, Sendable {
  /// The host of the URL, or nobody: what the library does by itself.
  case host
  /// A name that differs from the host to connect to: sent as SNI and expected in the certificate.
  case alias(String, host: String)
  /// An IP address that the connection does not lead to. It is never sent: SNI has no addresses.
  case address(String)

  init(of address: RequestAddress, tls: TLSSettings, route: ProxyRoute) throws(TransportError) {
    self = .host
    guard address.scheme == "https" else { return }
    // The names in certificates have no final dot, so the names compared with them have none.
    let wanted = (tls.serverName ?? "").lowercased()
    let name = wanted.hasSuffix(".") ? String(wanted.dropLast()) : wanted
    let isHost = name.isEmpty || equalIgnoringCase(name, address.host)
    if IPBytes(isHost ? address.host : name) != nil {
      if (isHost && route == .direct) || tls.insecureSkipVerify { return }
      self = .address(isHost ? address.host : name)
    } else if !isHost {
      guard Self.isHostName(name) else {
        throw TransportError(
          .tls, at: address.place, "server_name in tls_config is neither a host name nor an address",
          remedy: "Letters, digits, hyphens and dots make a host name.")
      }
      self = .alias(name, host: address.host)
    }
  }

  private static func isHostName(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: ".")
      }
  }
}
