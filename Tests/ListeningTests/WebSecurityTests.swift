import Foundation
import Logging
import Settings
import Synchronization
import Testing

@testable import Listening

@Suite("The web configuration while it runs")
struct WebSecurityTests {
  /// A file of which each line is `user hash`, `tls`, or `broken`.
  private func security(
    _ path: String, _ certificates: TestCertificates? = nil, logger: Logger = .quiet
  ) throws -> WebSecurity {
    try WebSecurity(path: path, logger: logger) { text throws(ListeningError) in
      if text.contains("broken") { throw ListeningError(.badConfiguration, "it is broken") }
      var settings = WebSettings()
      for line in text.split(separator: "\n") {
        if line == "tls" {
          settings.tls = certificates?.server()
          continue
        }
        let words = line.split(separator: " ").map(String.init)
        settings.users[words[0]] = words[1]
      }
      settings.headers = ["X-Frame-Options": "deny"]
      return settings
    }
  }

  private static func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private static func basic(_ user: String, _ password: String) -> [String: String] {
    ["Authorization": "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()]
  }

  private static var file: String {
    FileManager.default.temporaryDirectory.appending(path: "godwit-web-\(UUID().uuidString).yml").path
  }

  @Test("Users are let in with their passwords, nobody else is, and every answer has the headers")
  func users() async throws {
    let file = Self.file
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Self.write("ann \(PasswordCheckTests.hashes[0].1)", file)
    try await withListener(security: try security(file)) { _, address in
      let cases = [
        (Self.basic("ann", "U*U"), 200), (Self.basic("ann", "U*U*"), 401), (Self.basic("eve", "U*U"), 401), ([:], 401),
        (["Authorization": "Bearer x"], 401),
      ]
      for (headers, status) in cases {
        let connection = try await RawConnection.open(address)
        await connection.get("/", headers)
        #expect(await connection.answer() == status)
        let lowered = connection.text.lowercased()
        #expect(lowered.contains("x-frame-options: deny"))
        #expect(lowered.contains("www-authenticate: basic") == (status == 401))
      }
    }
  }

  @Test("New connections get what the file says now; what is broken leaves what was, and is said once")
  func reload() async throws {
    let file = Self.file
    defer { try? FileManager.default.removeItem(atPath: file) }
    let gathered = GatheredLog()
    try Self.write("ann \(PasswordCheckTests.hashes[0].1)", file)
    let security = try security(file, logger: Logger(label: "test") { _ in gathered })
    func status(_ user: String, _ password: String, _ address: ListeningAddress) async throws -> Int {
      let connection = try await RawConnection.open(address)
      await connection.get("/", Self.basic(user, password))
      return await connection.answer()
    }
    try await withListener(security: security) { _, address in
      #expect(try await status("ann", "U*U", address) == 200)
      try Self.write("bob \(PasswordCheckTests.hashes[1].1)\n", file)
      #expect(try await status("bob", "U*U*", address) == 200)
      #expect(try await status("ann", "U*U", address) == 401)
      try Self.write("broken, and longer than before", file)
      for _ in 1...3 { #expect(try await status("bob", "U*U*", address) == 200) }
      #expect(gathered.count(.error) == 1)
      try FileManager.default.removeItem(atPath: file)
      for _ in 1...3 { #expect(try await status("bob", "U*U*", address) == 200) }
      #expect(gathered.count(.error) == 2)
      try Self.write("ann \(PasswordCheckTests.hashes[0].1)", file)
      #expect(try await status("ann", "U*U", address) == 200)
      #expect(gathered.count(.notice) == 2)
    }
  }

  @Test("A file that is empty for a moment opens nothing, whatever was asked for before", arguments: [true, false])
  func emptied(withTLS: Bool) throws {
    let certificates = try TestCertificates()
    let file = Self.file
    defer {
      try? FileManager.default.removeItem(atPath: file)
      certificates.remove()
    }
    try Self.write(withTLS ? "tls" : "ann \(PasswordCheckTests.hashes[0].1)", file)
    let security = try security(file, certificates)
    let before = security.look().settings
    try Self.write("", file)
    #expect(security.look().settings == before)
    try Self.write("bob \(PasswordCheckTests.hashes[1].1)\ntls", file)
    let after = security.look()
    #expect(after.settings.users.keys.sorted() == ["bob"] && after.tls != nil)
  }

  @Test("Clients that needed a certificate go on needing one")
  func certificatesStayNeeded() throws {
    var before = WebSettings()
    before.tls = WebTLSSettings(certificate: .inline(""), key: .inline(""))
    var after = before
    before.tls?.clientAuthentication = .requireAndVerify
    after.tls?.clientAuthentication = .verifyIfGiven
    #expect(WebSecurity.problem(in: after, after: before) != nil)
    #expect(WebSecurity.problem(in: before, after: after) == nil)
    #expect(WebSecurity.problem(in: before, after: before) == nil)
  }

  @Test("A certificate that is replaced is shown to the next connection; half of a pair is not used")
  func rotation() async throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let serving = WebTLSSettings(
      certificate: .file(certificates.path("live.pem")), key: .file(certificates.path("live.key")))
    func put(_ source: String, _ ending: String) throws {
      try Data(contentsOf: URL(fileURLWithPath: certificates.path("\(source).\(ending)")))
        .write(to: URL(fileURLWithPath: certificates.path("live.\(ending)")), options: .atomic)
    }
    try put("server", "pem")
    try put("server", "key")
    var web = WebSettings()
    web.tls = serving
    let security = try certificates.security(web)
    let first = security.look().tls?.context
    try put("second", "pem")
    #expect(security.look().tls?.context === first)
    try put("second", "key")
    let second = security.look().tls?.context
    #expect(second != nil && second !== first)
    try await withListener(security: security) { _, address in
      let connection = try await RawConnection.open(address, tls: try certificates.client())
      await connection.get("/")
      #expect(await connection.answer() == 200)
    }
  }
}

/// Counts the lines of a log by their level.
final class GatheredLog: LogHandler, Sendable {
  private let counts = Mutex<[Logger.Level: Int]>([:])

  var logLevel: Logger.Level {
    get { .info }
    set { _ = newValue }
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set { _ = newValue }
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set { _ = newValue }
  }

  func count(_ level: Logger.Level) -> Int { counts.withLock { $0[level] ?? 0 } }

  func log(event: LogEvent) { counts.withLock { $0[event.level, default: 0] += 1 } }
}
