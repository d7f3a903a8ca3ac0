import Foundation
import NIOSSL
import Transport
import Testing

/// A certificate authority made for one test, and what it signed.
struct Authority {
  let directory: TemporaryDirectory
  var caPath: String { directory.path + "/\(name).pem" }
  let name: String

  init(name: String = "ca", in directory: TemporaryDirectory) throws {
    self.directory = directory
    self.name = name
    _ = try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name) "
        + "-keyout \(name).key -out \(name).pem")
  }

  /// - Parameter alternativeNames: as in `DNS:a.example,IP:127.0.0.1`.
  func sign(_ leaf: String, alternativeNames: String) throws {
    _ = try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=\(leaf) "
        + "-keyout \(leaf).key -out \(leaf).csr")
    _ = try directory.write("subjectAltName=\(alternativeNames)\n", to: "\(leaf).ext")
    _ = try openssl(
      "x509 -req -in \(leaf).csr -CA \(name).pem -CAkey \(name).key -CAcreateserial -days 2 "
        + "-extfile \(leaf).ext -out \(leaf).pem")
  }

  private func openssl(_ arguments: String) throws -> Data {
    try run("/usr/bin/openssl", arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  func path(_ file: String) -> String { directory.path + "/" + file }

  func serverContext(
    _ leaf: String, demandsClientCertificate: Bool = false, edit: (inout TLSConfiguration) -> Void = { _ in }
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(path("\(leaf).pem")).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: path("\(leaf).key"), format: .pem)))
    if demandsClientCertificate {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(caPath)
    }
    edit(&configuration)
    return try NIOSSLContext(configuration: configuration)
  }
}

/// Runs `body` with a server that answers `safe` over TLS and a fresh transport, and closes both.
func withSecureServer(
  _ context: NIOSSLContext, _ body: (ScriptedServer, HTTPTransport) async throws -> Void
) async throws {
  let server = try await ScriptedServer(tls: context) { _ in .send(answer(body: "safe")) }
  let transport = HTTPTransport()
  do {
    try await body(server, transport)
  } catch {
    Issue.record(error)
  }
  transport.shutdown()
  try await server.stop()
}
