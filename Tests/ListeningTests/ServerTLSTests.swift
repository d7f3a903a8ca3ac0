import Foundation
import Listening
import Logging
import NIOSSL
import Settings
import Synchronization
import Testing

@Suite("TLS of a listener")
struct ServerTLSTests {
  struct Case: CustomTestStringConvertible {
    var type: WebTLSSettings.ClientAuthentication
    var client: TestCertificates.Client
    var isAdmitted: Bool
    var testDescription: String { "\(type.rawValue), \(client.rawValue)" }
  }

  static let cases: [Case] = WebTLSSettings.ClientAuthentication.allCases.flatMap { type in
    TestCertificates.Client.allCases.map { client in
      let isAdmitted =
        switch type {
        case .none, .request: true
        case .requireAny: client != .none
        case .verifyIfGiven: client != .stranger
        case .requireAndVerify: client == .trusted
        }
      return Case(type: type, client: client, isAdmitted: isAdmitted)
    }
  }

  private func status(
    _ settings: WebTLSSettings, _ client: TLSConfiguration, _ certificates: TestCertificates
  ) async throws -> Int {
    var web = WebSettings()
    web.tls = settings
    var status = 0
    try await withListener(security: try certificates.security(web)) { _, address in
      let connection = try await RawConnection.open(address, tls: client)
      await connection.get("/")
      status = await connection.answer()
    }
    return status
  }

  @Test("Each client_auth_type lets in whom it says")
  func clientAuthentication() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    for wanted in Self.cases {
      var settings = certificates.server()
      settings.clientAuthentication = wanted.type
      settings.clientAuthority = .file(certificates.path("ca.pem"))
      let status = try await status(settings, try certificates.client(wanted.client), certificates)
      #expect((status == 200) == wanted.isAdmitted, "\(wanted.testDescription): \(status)")
    }
  }

  @Test("A client needs one of the allowed names, of any kind")
  func names() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    for (name, isAdmitted) in [
      ("client.test", true), ("10.0.0.1", true), ("a@b.test", true), ("spiffe://a/b", true), ("other.test", false),
      ("trusted", false),
    ] {
      var settings = certificates.server()
      settings.clientAuthentication = .requireAndVerify
      settings.clientAuthority = .file(certificates.path("ca.pem"))
      settings.clientAllowedNames = [name]
      let status = try await status(settings, try certificates.client(.trusted), certificates)
      #expect((status == 200) == isAdmitted, "\(name): \(status)")
    }
  }

  @Test("Versions, suites and curves are as asked for")
  func versions() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    var settings = certificates.server()
    settings.minimumVersion = .tls13
    let old = try certificates.client { $0.maximumTLSVersion = .tlsv12 }
    #expect(try await status(settings, old, certificates) == 0)
    #expect(try await status(settings, try certificates.client(), certificates) == 200)
    settings = certificates.server()
    settings.maximumVersion = .tls12
    #expect(
      try await status(settings, try certificates.client { $0.minimumTLSVersion = .tlsv13 }, certificates) == 0)
    settings.cipherSuites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"]
    func client(_ suite: NIOTLSCipher) throws -> TLSConfiguration {
      try certificates.client { $0.cipherSuiteValues = [suite] }
    }
    #expect(
      try await status(settings, try client(.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384), certificates) == 200)
    #expect(try await status(settings, try client(.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), certificates) == 0)
    settings = certificates.server()
    settings.curves = ["CurveP384"]
    #expect(try await status(settings, try certificates.client { $0.curves = [.secp384r1] }, certificates) == 200)
    #expect(try await status(settings, try certificates.client { $0.curves = [.secp521r1] }, certificates) == 0)
  }

  @Test("A handshake that does not go on is ended, and plain HTTP gets no answer")
  func handshakes() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    var web = WebSettings()
    web.tls = certificates.server()
    try await withListener(security: try certificates.security(web)) { options in
      options.headTimeout = .milliseconds(200)
    } _: { listener, address in
      #expect(listener.scheme == "https")
      let silent = try await RawConnection.open(address)
      #expect(await eventually { silent.isClosed })
      let plain = try await RawConnection.open(address)
      await plain.get("/")
      #expect(await eventually { plain.isClosed })
      #expect(!plain.text.contains("200"))
    }
  }

  @Test("An idle connection does not hold up the stop")
  func stop() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    var web = WebSettings()
    web.tls = certificates.server()
    let options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    let listener = WebListener(options, security: try certificates.security(web), logger: .quiet)
    // Who does not answer our goodbye is cut off after three seconds; this one does. A busy machine may be slow now and
    // then, but a stop that waits for the cut-off is slow each time.
    var quickest = Duration.seconds(60)
    for _ in 0..<10 where quickest >= .seconds(2) {
      let address = try await listener.start(EchoResponder())
      let connection = try await RawConnection.open(address, tls: try certificates.client())
      await connection.get("/")
      #expect(await connection.answer() == 200)
      quickest = min(quickest, await ContinuousClock().measure { await listener.stop() })
      #expect(await eventually { connection.isClosed })
    }
    #expect(quickest < .seconds(2))
  }

  @Test("HTTP/2 is offered unless it is turned off", arguments: [true, false])
  func http2(isOffered: Bool) async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    var web = WebSettings()
    web.tls = certificates.server()
    web.offersHTTP2 = isOffered
    try await withListener(security: try certificates.security(web)) { _, address in
      let client = try certificates.client { $0.applicationProtocols = ["h2", "http/1.1"] }
      let connection = try await RawConnection.open(address, tls: client)
      if isOffered {
        // The preface and empty settings; the server's settings come back, a frame of type 4 on stream 0.
        await connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0")
        #expect(await eventually { Array(connection.text.utf8).dropFirst(3).first == 4 })
      } else {
        await connection.get("/")
        #expect(await connection.answer() == 200)
      }
    }
  }

  @Test("Certificates that are missing, broken or of another key are refused, without a word of the key")
  func broken() throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let mixed = WebTLSSettings(
      certificate: .file(certificates.path("server.pem")), key: .file(certificates.path("second.key")))
    let cases: [(WebTLSSettings, String)] = [
      (WebTLSSettings(certificate: .file("/nowhere"), key: .inline("")), "cannot read cert_file (/nowhere)"),
      (WebTLSSettings(certificate: .inline("rubbish"), key: .inline("")), "cert has no certificate in PEM"),
      (
        WebTLSSettings(certificate: .file(certificates.path("server.pem")), key: .inline("secret-rubbish")),
        "key is not a private key in PEM"
      ),
      (mixed, "do not belong together"),
    ]
    for (settings, words) in cases {
      var web = WebSettings()
      web.tls = settings
      let error = #expect(throws: ListeningError.self) { try certificates.security(web) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("secret-rubbish") == false)
    }
  }
}
