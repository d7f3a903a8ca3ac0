import Diagnostics
import Foundation
import Generation
import Testing

@Suite("The systemd unit")
struct SystemdUnitTests {
  private func unit(_ change: (inout SystemdUnit) throws -> Void = { _ in }) throws -> String {
    var unit = SystemdUnit(rate: 50_000)
    try change(&unit)
    return try #require(try unit.files().files.first).text
  }

  /// The values of a key, lines that go on joined.
  private func values(of key: String, in text: String) -> [String] {
    text.replacing("\\\n", with: "").split(separator: "\n").filter { $0.hasPrefix("\(key)=") }
      .map { String($0.dropFirst(key.count + 1)) }
  }

  @Test("It is closed by default")
  func hardened() throws {
    let text = try unit()
    for line in [
      "DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "PrivateTmp=yes",
      "StateDirectory=godwit", "SystemCallFilter=@system-service", "LimitNOFILE=65536", "Restart=always",
      "ExecReload=/bin/kill -HUP $MAINPID", "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes",
    ] {
      #expect(text.contains("\n\(line)\n"), "\(line)")
    }
    #expect(!text.contains("User=root"))
  }

  @Test("Memory and disk follow from the rate, with the arithmetic above them")
  func sizes() throws {
    let text = try unit { $0.outage = .seconds(12 * 3_600) }
    // 2 × (26 MiB + 140 × 750,000 bytes) + 64 MiB
    #expect(values(of: "MemoryMax", in: text) == ["317M"])
    #expect(values(of: "MemoryHigh", in: text) == ["285M"])
    let start = try #require(values(of: "ExecStart", in: text).first)
    // 50,000 × 43,200 s × 16 bytes × 1.25
    #expect(start.contains("--storage.log.max-bytes=41GB"))
    #expect(text.contains("50,000 samples/s × 43,200 s × 16 bytes × 1.25 = 41GB"))
    let small = try unit { $0.rate = 10 }
    #expect(values(of: "ExecStart", in: small).first?.contains("--storage.log.max-bytes=256MB") == true)
  }

  @Test("What was asked for is in it")
  func asked() throws {
    let text = try unit {
      $0.user = "metrics"
      $0.deliveryFile = "/etc/godwit/godwit.yml"
      $0.listenAddress = "[::1]:9095"
      $0.receives = true
      $0.credentials = [try .init("token:/etc/godwit/token")]
    }
    #expect(values(of: "User", in: text) == ["metrics"] && values(of: "DynamicUser", in: text) == [])
    #expect(values(of: "LoadCredential", in: text) == ["token:/etc/godwit/token"])
    #expect(text.contains("/run/credentials/godwit.service/token"))
    let words = try #require(values(of: "ExecStart", in: text).first).split(separator: " ")
    #expect(words.first == "/usr/bin/godwit" && words.dropFirst().first == "agent")
    #expect(
      words.contains("--godwit.config=/etc/godwit/godwit.yml") && words.contains("--web.listen-address=[::1]:9095"))
    #expect(words.contains("--web.enable-remote-write-receiver"))
  }

  @Test(
    "What would mean something else in a unit is refused",
    arguments: ["godwit", "/a b", "/a%n", "/a$x", "/a\nUser=root", "/a/../b"])
  func paths(path: String) throws {
    #expect(throws: GenerationProblem.self) { try unit { $0.program = path } }
    #expect(throws: GenerationProblem.self) { try unit { $0.configFile = path } }
    #expect(throws: GenerationProblem.self) { try SystemdUnit.Credential("token:\(path)") }
  }

  @Test("Words of users, addresses and credentials are checked")
  func words() throws {
    #expect(throws: GenerationProblem.self) { try unit { $0.user = "a\nb" } }
    #expect(throws: GenerationProblem.self) { try unit { $0.listenAddress = "a b" } }
    for text in ["", "token", ":/a", "to ken:/a"] {
      #expect(throws: GenerationProblem.self, "\(text)") { try SystemdUnit.Credential(text) }
    }
  }

  @Test("Every line that is a choice has its reason above it, or belongs to the one above")
  func reasons() throws {
    let lines = try unit().split(separator: "\n")
    let reasons = lines.count { $0.hasPrefix("#") }
    #expect(reasons >= 40)
  }

  private static let analyze = "/usr/bin/systemd-analyze"

  @Test(
    "systemd knows every line and calls it safe", .enabled(if: FileManager.default.isExecutableFile(atPath: analyze)))
  func verified() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "godwit-unit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for user in [nil, "daemon"] {
      let text = try unit {
        // It must exist to be verified.
        $0.program = "/bin/true"
        $0.user = user
        $0.credentials = [try .init("token:/etc/godwit/token")]
      }
      let path = folder.appending(path: "godwit.service").path
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let verified = try run("verify", path)
      #expect(verified.code == 0 && verified.output.isEmpty, "\(verified.output)")
      // Exposure goes from 0 to 10; 2.0 is where systemd still says OK.
      let security = try run("security", "--offline=yes", "--threshold=20", path)
      #expect(security.code == 0, "\(security.output.suffix(400))")
    }
  }

  private func run(_ arguments: String...) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.analyze)
    process.arguments = arguments
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
