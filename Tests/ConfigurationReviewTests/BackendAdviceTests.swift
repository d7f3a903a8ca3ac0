import ConfigurationReview
import Diagnostics
import Testing

@Suite("Advice that depends on what receives")
struct BackendAdviceTests {
  private func findings(_ text: String, flags: [String] = []) -> [Finding] {
    DocumentedRule.Example(flags: flags, files: [text]).report.findings
  }

  private func endpoint(_ url: String, _ lines: String...) -> String {
    (["remote_write:", "  - url: \(url)"] + lines.map { "    " + $0 }).joined(separator: "\n") + "\n"
  }

  private static let version2 = "protobuf_message: io.prometheus.write.v2.Request"

  @Test(
    "Remote write 2.0 is a warning where no release reads it, and an information where some do",
    arguments: [
      ("https://vm.example.net:8428/api/v1/write", "GW229", Finding.Severity.warning),
      ("https://vminsert:8480/insert/0/prometheus/api/v1/write", "GW229", .warning),
      ("https://influx.example.net:8086/api/v1/prom/write?db=p", "GW229", .warning),
      ("https://thanos-receive.example.net/api/v1/receive", "GW290", .info),
      ("https://mimir.example.net/api/v1/push", "GW290", .info),
      ("https://cortex.example.net/api/v1/push", "GW290", .info),
      ("https://prometheus.example.net:9090/api/v1/write", nil, .info),
      ("https://metrics.example.net/api/v1/write", nil, .info),
    ] as [(String, String?, Finding.Severity)])
  func version2(url: String, id: String?, severity: Finding.Severity) {
    let found = findings(endpoint(url, Self.version2)).filter { ["GW229", "GW290"].contains($0.id) }
    #expect(found.map(\.id) == [id].compactMap { $0 })
    #expect(found.allSatisfy { $0.severity == severity && $0.line == 3 })
  }

  @Test("Which release does not matter to Godwit, which falls back by itself")
  func fallback() {
    let text = endpoint("https://mimir.example.net/api/v1/push", "headers: {X-Scope-OrgID: a}", Self.version2)
    #expect(findings(text).map(\.id) == ["GW290"])
    #expect(findings(text, flags: ["--for", "prometheus"]).map(\.id).contains("GW290"))
    #expect(!findings(text, flags: ["--for", "godwit"]).map(\.id).contains("GW290"))
  }

  @Test("A tenant is missed with less certainty where only the path speaks for one")
  func tenant() throws {
    func tenant(_ url: String) throws -> Finding { try #require(findings(endpoint(url)).first { $0.id == "GW215" }) }
    let byPath = try tenant("https://metrics.example.net/api/v1/push")
    let byName = try tenant("https://mimir.example.net/api/v1/push")
    #expect(byPath.confidence < byName.confidence)
    #expect(byPath.evidence.contains("VictoriaMetrics") && !byName.evidence.contains("VictoriaMetrics"))
  }

  @Test(
    "Godwit is not told to use what it does not have",
    arguments: [
      ("https://monitoring.googleapis.com/v1/projects/p/prometheus/api/v1/write", "GW221", "google_iam"),
      ("https://dce.we-1.metrics.ingest.monitor.azure.com/dataCollectionRules/d/api/v1/write", "GW220", "azuread"),
    ])
  func credentials(url: String, id: String, section: String) throws {
    func fix(_ program: String) throws -> String {
      try #require(findings(endpoint(url), flags: ["--for", program]).first { $0.id == id }).fix
    }
    #expect(try fix("prometheus").contains(section))
    #expect(try !fix("godwit").contains(section))
    #expect(try fix("godwit").contains("oauth2"))
  }

  @Test(
    "What is missing from a URL is the path of its backend, where that is known",
    arguments: [
      ("https://ingress.eu2.coralogix.com", "add /prometheus/v1, which is the path of Coralogix"),
      ("https://monitoring.googleapis.com", "add /api/v1/write, or what your backend's documentation says"),
      ("https://metrics.example.net", "add /api/v1/write, or what your backend's documentation says"),
      ("https://listener-eu.logz.io:8053", nil),
    ])
  func missingPath(url: String, fix: String?) {
    #expect(findings(endpoint(url)).first { $0.id == "GW212" }?.fix == fix)
  }

  @Test("What Azure answers above its rate is not known, so nothing is said of 429")
  func azureRate() {
    let url = "https://dce.we-1.metrics.ingest.monitor.azure.com/dataCollectionRules/d/api/v1/write"
    let text = endpoint(url, "authorization: {credentials_file: token}")
    #expect(!findings(text, flags: ["--for", "prometheus"]).map(\.id).contains("GW250"))
  }

  @Test(
    "The label of replicas is New Relic's own there",
    arguments: [
      ("https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=a", "prometheus_replica", true),
      ("https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=a", "__replica__", false),
      ("https://metrics.example.net/api/v1/write", "prometheus_replica", false),
      ("https://metrics.example.net/api/v1/write", "__replica__", true),
    ])
  func replica(url: String, label: String, isFound: Bool) {
    let labels = "global:\n  external_labels: {cluster: eu-1, \(label): a}\n"
    let text = labels + endpoint(url, "write_relabel_configs: [{action: labeldrop, regex: \(label)}]")
    #expect(findings(text).map(\.id).contains("GW280") == isFound)
  }

  @Test("A label that another endpoint looks for is not to be renamed")
  func otherName() {
    let labels = "global:\n  external_labels: {cluster: eu-1, prometheus_replica: a}\n"
    let mimir = endpoint("https://mimir.example.net/api/v1/push", "headers: {X-Scope-OrgID: a}")
    let newRelic = "  - url: https://metric-api.newrelic.com/prometheus/v1/write\n"
    #expect(findings(labels + mimir).map(\.id).contains("GW273"))
    #expect(!findings(labels + mimir + newRelic).map(\.id).contains("GW273"))
  }
}
