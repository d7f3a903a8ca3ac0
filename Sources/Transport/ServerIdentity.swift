import NIOSSL
import Settings

/// Whom the certificate of a server has to name.
enum ServerIdentity: Hashable, Sendable {
  /// The host of the URL.
  case host
  /// The `server_name` of the settings, where it differs. One that is a domain is also sent, as SNI; to that end the
  /// client is told that the name leads to `host`.
  case named(String, host: String)

  init(of address: RequestAddress, tls: TLSSettings) throws(TransportError) {
    // The names in certificates have no final dot and are compared without regard to case.
    let wanted = (tls.serverName ?? "").lowercased()
    let name = wanted.hasSuffix(".") ? String(wanted.dropLast()) : wanted
    guard address.scheme == "https", !name.isEmpty, !equalIgnoringCase(name, address.host) else {
      self = .host
      return
    }
    guard IPBytes(name) != nil || Self.isDomain(name) else {
      throw TransportError(
        .tls, at: address.place, "server_name in tls_config is neither a host name nor an address",
        remedy: "Letters, digits, hyphens and dots make a host name.")
    }
    self = .named(name, host: address.host)
  }

  /// The domain that the client has to be told another host for; an address is never sent as SNI.
  var alias: (name: String, host: String)? {
    guard case .named(let name, let host) = self, IPBytes(name) == nil else { return nil }
    return (name, host)
  }

  private static func isDomain(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: ".")
      }
  }
}

/// What a certificate says whose it is: its alternative names. Its common name counts for nothing, as in the reference.
struct CertificateNames {
  private var domains: [[UInt8]] = []
  private var addresses: [IPBytes] = []

  init(_ certificate: NIOSSLCertificate) {
    for name in certificate._subjectAlternativeNames() {
      switch name.nameType {
      case .dnsName: domains.append(Array(name.contents))
      case .ipAddress: addresses.append(IPBytes(bytes: Array(name.contents)))
      default: continue
      }
    }
  }

  /// - Parameter host: a domain, or an address without brackets.
  func include(_ host: String) -> Bool {
    if let address = IPBytes(host) { return addresses.contains(address) }
    return domains.contains { Self.matches($0, host) }
  }

  /// Whether `pattern` stands for `host`. A star stands for the whole of the first label and for nothing else.
  static func matches(_ pattern: [UInt8], _ host: String) -> Bool {
    let dot = UInt8(ascii: ".")
    var name = host.utf8.map(lowercased)[...]
    if name.last == dot { name.removeLast() }
    guard !name.isEmpty else { return false }
    let names = name.split(separator: dot, omittingEmptySubsequences: false)
    let patterns = pattern.map(lowercased).split(separator: dot, omittingEmptySubsequences: false)
    guard names.count == patterns.count, !names.contains(where: \.isEmpty) else { return false }
    return zip(names, patterns).enumerated().allSatisfy { index, labels in
      labels.0 == labels.1 || (index == 0 && names.count > 1 && labels.1 == [UInt8(ascii: "*")])
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
