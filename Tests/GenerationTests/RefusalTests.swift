import Generation
import Settings
import Testing

@Suite("What is missing or contradicts itself")
struct RefusalTests {
  private func problem(_ change: (inout ConfigurationRequest) -> Void, of backend: String = "mimir") throws
    -> GenerationProblem?
  {
    let profile = try BackendProfiles().named(backend)
    var request = Asked(profile, profile.authentications[0]).request
    change(&request)
    do {
      _ = try ConfigurationGenerator(request)
      return nil
    } catch {
      return error
    }
  }

  @Test("Each missing part of an address is named by its flag")
  func pieces() throws {
    for profile in try BackendProfiles().all {
      for piece in profile.pieces where piece.defaultValue == nil {
        let found = try problem({ $0.pieces[piece.name] = nil }, of: profile.name)
        #expect(found?.fix.contains(piece.flag) == true, "\(profile.name) \(piece.name)")
      }
    }
  }

  @Test("Each missing part of an authentication is named by its flag", arguments: AuthenticationKind.allCases)
  func credentials(kind: AuthenticationKind) throws {
    let profile = try BackendProfiles().named("azure")
    let whole = Asked(profile, kind, for: .prometheus(nil)).request
    for flag in whole.credentials.keys where flag != .caFile && flag != .serverName && flag != .credentialsFile {
      var request = whole
      request.credentials[flag] = nil
      let error = #expect(throws: GenerationProblem.self) { try ConfigurationGenerator(request) }
      #expect(error?.fix.contains(flag.rawValue) == true)
    }
  }

  @Test("A flag that says nothing beside the others is refused, with the kind that it belongs to")
  func superfluous() throws {
    let found = try problem {
      $0.authentication = AuthenticationKind.none
      $0.credentials = [.tokenFile: ["t"]]
    }
    #expect(found?.description == "--token-file says nothing with --auth none; leave it out, or use --auth bearer-file")
    #expect(try problem { $0.pieces["workspace"] = "ws" }?.fix.contains("--workspace") == true)
    #expect(try problem { $0.url = "https://other.example" }?.message == "both --url and --host name the server")
  }

  @Test(
    "A secret in the address is refused and not repeated",
    arguments: [
      "https://user:hunter2@h/api/v1/push", "https://hunter2@h/", "https://h/api/v1/push?token=hunter2",
      "https://h/api/v1/prom/write?u=a&password=hunter2",
    ])
  func secrets(url: String) throws {
    let found = try #require(
      try problem {
        $0.pieces["host"] = nil
        $0.url = url
      })
    #expect(found.description.contains("--url holds") && !found.description.contains("hunter2"))
  }

  @Test("A piece cannot smuggle anything into the address", arguments: ["a/b", "a?b", "a b", "a@b", "a#b", "ä", "a\n"])
  func pieceCharacters(value: String) throws {
    #expect(try problem { $0.pieces["host"] = value }?.message.contains("--host has a character") == true)
  }

  @Test("What does not go together is said")
  func together() throws {
    #expect(try problem { $0.mode = .server }?.fix == "use --mode agent")
    #expect(try problem { $0.outage = .seconds(60) }?.fix.contains("--rate") == true)
    #expect(try problem { $0.memoryBytes = 1 << 30 }?.fix.contains("--rate") == true)
    #expect(try problem { $0.targets = ["http://a:1/metrics"] }?.fix.contains("--scrape") == true)
    #expect(
      try problem {
        $0.consumer = .prometheus(.init(2, 42))
        $0.message = .version2
      }?.fix.contains("2.54") == true)
    #expect(
      try problem {
        $0.consumer = .prometheus(.init(2, 30))
      }?.fix == "use --mode server")
    #expect(
      try problem {
        $0.consumer = .prometheus(nil)
        $0.freshFirst = true
      }?.fix.contains("--fresh-first") == true)
  }

  @Test("Who will read the file is understood or refused")
  func consumers() throws {
    #expect(try Consumer("godwit") == .godwit)
    #expect(try Consumer("prometheus") == .prometheus(nil))
    #expect(try Consumer("prometheus:2.42") == .prometheus(.init(2, 42)))
    #expect(try Consumer("prometheus:3.5.1") == .prometheus(.init(3, 5)))
    for text in ["", "vmagent", "prometheus:", "prometheus:2", "prometheus:2.x", "prometheus:-2.42", "prometheus:2.20"]
    {
      #expect(throws: GenerationProblem.self, "\(text)") { try Consumer(text) }
    }
  }

  @Test("Rates are read as people write them")
  func rates() throws {
    for (text, rate) in [("1", 1), ("50000", 50_000), ("50k", 50_000), ("1.5M", 1_500_000), ("0.5k", 500)] {
      #expect(try ConfigurationRequest.rate(text) == rate)
    }
    for text in ["", "k", "0", "-5", "1e3", "5g", "nan", "inf", "9999M", "1.5.5"] {
      #expect(throws: GenerationProblem.self, "\(text)") { try ConfigurationRequest.rate(text) }
    }
  }
}
