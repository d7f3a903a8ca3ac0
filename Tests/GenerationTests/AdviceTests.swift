import Diagnostics
import Generation
import Settings
import Testing

@Suite("What is said about a configuration")
struct AdviceTests {
  private func findings(of backend: String, _ change: (inout ConfigurationRequest) -> Void) throws -> Set<String> {
    let profile = try BackendProfiles().named(backend)
    var request = Asked(profile, profile.authentications[0]).request
    request.rate = 1_000
    change(&request)
    return Set(try ConfigurationGenerator(request).files().findings.map(\.id))
  }

  @Test("Nothing is said about what is in order")
  func quiet() throws {
    for name in ["prometheus", "mimir", "amazon", "thanos", "victoriametrics", "new-relic"] {
      #expect(try findings(of: name) { $0.outage = .seconds(3_600) } == [], "\(name)")
    }
  }

  @Test("Each thing that may go wrong is said, alone")
  func each() throws {
    func ask(_ backend: String, _ id: String, _ change: (inout ConfigurationRequest) -> Void) throws {
      let found = try findings(of: backend, change)
      #expect(found == [id])
    }
    func address(_ url: String) -> (inout ConfigurationRequest) -> Void {
      {
        $0.pieces["host"] = nil
        $0.url = url
      }
    }
    try ask("mimir", "GW901", address("https://h/api/v1/write"))
    try ask("mimir", "GW902", address("http://mimir.example/api/v1/push"))
    try ask("amazon", "GW903") {
      $0.authentication = .bearerFile
      $0.credentials = [.tokenFile: ["t"]]
    }
    try ask("mimir", "GW904") { $0.pieces["tenant"] = nil }
    try ask("mimir", "GW905") { ($0.cluster, $0.replica) = (nil, nil) }
    try ask("thanos", "GW906") {
      $0.rate = 50_000_000
      $0.latency = .seconds(2)
    }
    try ask("thanos", "GW907") {
      $0.rate = 1_000_000
      $0.memoryBytes = 1 << 20
    }
    try ask("new-relic", "GW908") { $0.outage = .seconds(72 * 3_600) }
    try ask("prometheus", "GW908") {
      $0.consumer = .prometheus(nil)
      $0.outage = .seconds(6 * 3_600)
    }
    try ask("mimir", "GW909") { $0.rate = 20_000 }
    try ask("google", "GW910") { _ in }
    try ask("mimir", "GW911") { $0.rate = nil }
    try ask("victoriametrics", "GW912") { $0.message = .version2 }
    try ask("mimir", "GW913") { $0.freshFirst = true }
  }

  @Test("A path before which a proxy rewrites, a server alone, and this machine are no reason to speak")
  func addresses() throws {
    for (backend, url) in [
      ("mimir", "https://h"), ("mimir", "https://h/"), ("prometheus", "http://127.0.0.1:9090"),
      ("prometheus", "http://[::1]:9090/api/v1/write"), ("prometheus", "http://localhost:9090/"),
      ("victoriametrics-cluster", "https://h/insert/7:1/prometheus/api/v1/write"),
    ] {
      let found = try findings(of: backend) {
        $0.pieces["host"] = nil
        if backend != "mimir" { $0.pieces["tenant"] = nil }
        $0.url = url
      }
      #expect(found == [], "\(url)")
    }
  }

  @Test("A server alone gets the path of its backend")
  func completed() throws {
    var asked = Asked(try BackendProfiles().named("victoriametrics-cluster"), .none)
    asked.request.url = "http://127.0.0.1:8480"
    asked.request.pieces = ["tenant": "3:4"]
    #expect(
      try asked.configuration().contains("url: \"http://127.0.0.1:8480/insert/3:4/prometheus/api/v1/write\"") == false)
    #expect(try asked.configuration().contains("url: http://127.0.0.1:8480/insert/3:4/prometheus/api/v1/write\n"))
  }

  @Test("Every finding says why and what to do")
  func complete() throws {
    var request = Asked(try BackendProfiles().named("google"), .bearerFile).request
    request.pieces["project"] = nil
    request.url = "http://h.example/elsewhere"
    (request.cluster, request.replica) = (nil, nil)
    let findings = try ConfigurationGenerator(request).files().findings
    #expect(findings.count >= 4)
    #expect(findings.allSatisfy { !$0.why.isEmpty && !$0.fix.isEmpty && $0.severity != .error }, "\(findings.text)")
  }
}
