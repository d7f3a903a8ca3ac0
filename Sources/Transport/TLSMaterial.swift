import NIOSSL
import Settings
import Synchronization

/// The certificates and keys that a connection is made with, as PEM bytes. Equal material makes equal connections, so
/// it is part of the key under which a client is kept: a rotated file leads to a new client, and the old one idles out.
struct TLSMaterial: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  var authority: [UInt8]?
  var certificate: [UInt8]?
  var key: [UInt8]?

  /// Only what there is, never what it says.
  var description: String {
    let parts = [("CA", authority), ("certificate", certificate), ("key", key)]
    return "<PEM: \(parts.filter { $0.1 != nil }.map(\.0).joined(separator: ", "))>"
  }
  var debugDescription: String { description }
}

/// Reads PEM files again only when their stamp has changed.
final class TLSMaterialCache: Sendable {
  private struct Entry {
    var stamp: SmallFile.Stamp
    var bytes: [UInt8]
  }

  /// Paths come from the configuration, so their number is bounded by it; a reload that names ever new files would
  /// still grow the cache, hence the bound. Beyond it, it starts over.
  private static let entriesMax = 4_096

  private let entries = Mutex<[String: Entry]>([:])

  func material(for settings: TLSSettings) throws(TransportError) -> TLSMaterial {
    TLSMaterial(
      authority: try bytes(of: settings.certificateAuthority, purpose: "the CA certificate"),
      certificate: try bytes(of: settings.certificate, purpose: "the client certificate"),
      key: try bytes(of: settings.key, purpose: "the client key"))
  }

  private func bytes(of source: TLSSettings.PEMSource?, purpose: String) throws(TransportError) -> [UInt8]? {
    switch source {
    case nil: return nil
    case .inline(let text): return Array(text.utf8)
    case .file(let path):
      // The stamp is taken before reading: a file that changes in between is read again next time.
      let stamp = SmallFile.stamp(of: path)
      if let stamp, let entry = entries.withLock({ $0[path] }), entry.stamp == stamp { return entry.bytes }
      let bytes = try SmallFile.read(path, purpose: purpose)
      if let stamp {
        entries.withLock {
          if $0.count >= Self.entriesMax { $0.removeAll() }
          $0[path] = Entry(stamp: stamp, bytes: bytes)
        }
      }
      return bytes
    }
  }
}

extension TLSMaterial {
  /// What NIOSSL is told.
  func configuration(_ settings: TLSSettings) throws(TransportError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    // As in the reference; NIOSSL itself would go down to TLS 1.0.
    configuration.minimumTLSVersion = settings.minimumVersion.map(version) ?? .tlsv12
    configuration.maximumTLSVersion = settings.maximumVersion.map(version)
    if settings.insecureSkipVerify { configuration.certificateVerification = .none }
    if let authority {
      let roots = try parsed(settings.certificateAuthority, "the CA certificate") {
        try NIOSSLCertificate.fromPEMBytes(authority)
      }
      configuration.trustRoots = .certificates(roots)
    }
    if let certificate {
      let chain = try parsed(settings.certificate, "the client certificate") {
        try NIOSSLCertificate.fromPEMBytes(certificate)
      }
      configuration.certificateChain = chain.map { .certificate($0) }
    }
    if let key {
      configuration.privateKey = .privateKey(
        try parsed(settings.key, "the client key") { try NIOSSLPrivateKey(bytes: key, format: .pem) })
    }
    return configuration
  }

  private func version(_ version: TLSSettings.TLSVersion) -> TLSVersion {
    switch version {
    case .tls10: .tlsv1
    case .tls11: .tlsv11
    case .tls12: .tlsv12
    case .tls13: .tlsv13
    }
  }

  private func parsed<Parsed>(
    _ source: TLSSettings.PEMSource?, _ purpose: String, _ parse: () throws -> Parsed
  ) throws(TransportError) -> Parsed {
    do {
      return try parse()
    } catch {
      var place = "TLS settings"
      if case .file(let path) = source { place = path }
      // What NIOSSL has to say is left out: nothing that comes from a key file is ever printed.
      throw TransportError(
        .credentials, at: place, "\(purpose) is not valid PEM",
        remedy: "It must begin with a line such as -----BEGIN CERTIFICATE----- and not be encrypted.")
    }
  }
}
