import Foundation
import Listening
import NIOSSL
import Settings

/// Certificates made by openssl for this run, in a directory of their own.
struct TestCertificates {
  enum Client: String, CaseIterable {
    case none, trusted, stranger
  }

  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "godwit-web-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for authority in ["ca", "other-ca"] {
      try openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=\(authority)", "-keyout", path("\(authority).key"), "-out", path("\(authority).pem"))
    }
    try issue("server", by: "ca", names: "DNS:localhost,IP:127.0.0.1")
    try issue("second", by: "ca", names: "DNS:localhost,IP:127.0.0.1")
    try issue("trusted", by: "ca", names: "DNS:client.test,IP:10.0.0.1,email:a@b.test,URI:spiffe://a/b")
    try issue("stranger", by: "other-ca", names: "DNS:client.test")
  }

  func path(_ name: String) -> String { directory.appending(path: name).path }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  private func issue(_ name: String, by authority: String, names: String) throws {
    try openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
      "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
    try Data("subjectAltName=\(names)\n".utf8).write(to: directory.appending(path: "\(name).ext"))
    try openssl(
      "x509", "-req", "-days", "2", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"), "-CAkey",
      path("\(authority).key"), "-CAcreateserial", "-extfile", path("\(name).ext"), "-out", path("\(name).pem"))
  }

  private func openssl(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }

  func server(_ name: String = "server") -> WebTLSSettings {
    WebTLSSettings(certificate: .file(path("\(name).pem")), key: .file(path("\(name).key")))
  }

  /// How a client speaks that trusts the authority.
  func client(_ client: Client = .none, _ change: (inout TLSConfiguration) -> Void = { _ in }) throws
    -> TLSConfiguration
  {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path("ca.pem")))
    // Names are not what is tested.
    configuration.certificateVerification = .noHostnameVerification
    if client != .none {
      let chain = try NIOSSLCertificate.fromPEMFile(path("\(client.rawValue).pem"))
      configuration.certificateChain = chain.map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(file: path("\(client.rawValue).key"), format: .pem))
    }
    change(&configuration)
    return configuration
  }

  /// A web configuration that exists beside its file: the file's text only has to change.
  func security(_ settings: WebSettings) throws -> WebSecurity {
    let file = path("web-\(UUID().uuidString).yml")
    try Data("fixed".utf8).write(to: URL(fileURLWithPath: file))
    return try WebSecurity(path: file, logger: .quiet) { _ throws(ListeningError) in settings }
  }
}
