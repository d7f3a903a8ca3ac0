import AgentConfiguration
import ConfigurationReview
import Diagnostics
import Testing

@Suite("Advice about endpoints, queues and labels")
struct EndpointAdviceTests {
  private func findings(_ text: String, kind: FileKind? = nil, flags: [String] = []) -> [Finding] {
    DocumentedRule.Example(flags: flags, files: [text]).report.findings
  }

  private func ids(_ text: String, flags: [String] = []) -> Set<String> { Set(findings(text, flags: flags).map(\.id)) }

  @Test(
    "The wrong path is seen for every backend",
    arguments: [
      ("http://localhost:8480/api/v1/write", "/insert/0/prometheus/api/v1/write"),
      ("http://localhost:19291/api/v1/write", "/api/v1/receive"),
      ("https://mimir.example.net/api/v1/write", "/api/v1/push"),
      ("https://mimir.example.net/api/prom/push", "/api/v1/push"),
      ("http://localhost:9009/api/prom/push", "/api/v1/push"),
      (
        "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-7/api/v1/write",
        "/workspaces/ws-7/api/v1/remote_write"
      ),
      ("https://metric-api.newrelic.com/api/v1/write?prometheus_server=a", "/prometheus/v1/write"),
      ("https://ingress.eu2.coralogix.com/api/v1/write", "/prometheus/v1"),
    ])
  func wrongPath(url: String, path: String) throws {
    let found = try #require(findings("remote_write:\n  - url: \(url)\n").first { $0.id == "GW211" })
    #expect(found.fix.contains(path))
    #expect(found.line == 2 && found.column == 10)
  }

  @Test(
    "A path of one's own is left alone",
    arguments: [
      "https://mimir.example.net/write", "http://localhost:9090/prometheus/api/v1/write",
      "http://localhost:8480/insert/multitenant/prometheus/api/v1/write", "http://localhost:8480/insert/7:1/prometheus",
      "http://localhost:8428/api/v1/push", "https://metrics.example.net/api/v1/receive",
      "https://cortex.example.net/api/prom/push", "https://ingress.coralogix.us/prometheus/v1?external_labels=cluster",
      "https://gateway.coralogix.com/prometheus/api/v1/write",
    ])
  func ownPath(url: String) { #expect(!ids("remote_write:\n  - url: \(url)\n").contains("GW211")) }

  static let secret = "s3cr3t-canary"

  @Test(
    "Each secret is found at its place, and shown nowhere",
    arguments: [
      ("    basic_auth: {username: u, password: s3cr3t-canary}", "GW203"),
      ("    authorization: {credentials: s3cr3t-canary}", "GW203"), ("    bearer_token: s3cr3t-canary", "GW203"),
      ("    oauth2: {client_id: a, client_secret: s3cr3t-canary, token_url: 'https://h/t'}", "GW203"),
      ("    sigv4: {access_key: a, secret_key: s3cr3t-canary}", "GW203"),
      ("    headers: {X-License-Key: s3cr3t-canary}", "GW206"), ("    headers: {DD-API-KEY: s3cr3t-canary}", "GW206"),
      ("    http_headers: {Cookie: {secrets: [s3cr3t-canary]}}", "GW206"),
      ("    proxy_url: http://u:s3cr3t-canary@proxy:3128", "GW226"),
    ])
  func secrets(line: String, id: String) throws {
    let all = findings("remote_write:\n  - url: https://metrics.example.net/api/v1/write\n\(line)\n")
    let found = try #require(all.first { $0.id == id }, "\(all.text)")
    #expect(found.line == 3)
    #expect(!all.text.contains(Self.secret) && !all.json.contains(Self.secret))
  }

  @Test(
    "A secret in a URL is shown nowhere, whatever else is wrong with it",
    arguments: [
      "https://u:s3cr3t-canary@mimir.example.net/api/v1/write",
      "https://mimir.example.net/api/v1/write/?token=s3cr3t-canary",
      "http://u:s3cr3t-canary@h", "https://u:s3cr3t-canary@logs/loki/api/v1/push",
    ])
  func secretURL(url: String) {
    let all = findings("remote_write:\n  - url: \(url)\n  - url: \(url)\n    remote_timeout: 1s\n")
    #expect(!all.isEmpty)
    #expect(!all.text.contains(Self.secret), "\(all.text)")
  }

  @Test(
    "A secret beside what is changed is not shown with the change",
    arguments: [
      "- {url: 'https://h/api/v1/write', remote_timeout: 1s, bearer_token: s3cr3t-canary}",
      "- {remote_timeout: 10m, url: 'https://u:s3cr3t-canary@h/api/v1/write/'}",
      "- {url: 'https://h/api/v1/write', queue_config: {max_shards: 1}, headers: {X-Api-Key: s3cr3t-canary}}",
      "- url: https://h/api/v1/write\n  basic_auth:\n    username: u\n    password: s3cr3t-canary\n  remote_timeout: 1s",
      "- url: https://h/api/v1/write?key=s3cr3t-canary\n  remote_timeout: 1s",
      "- {url: 'https://h/api/v1/write', remote_timeout: 1s, http_headers: {X-Key: {values: [s3cr3t-canary]}}}",
      "- remote_timeout: 1s\n  url: https://h/api/v1/write\n  bearer_token: \"\\x733cr3t-canary\"",
    ])
  func neighbours(entry: String) {
    let all = findings("remote_write:\n  \(entry.replacing("\n", with: "\n  "))\n")
    #expect(!all.isEmpty)
    #expect(!all.text.contains(Self.secret), "\(all.text)")
    #expect(!all.text.contains("3cr3t-canary"), "\(all.text)")
    let fixing = ConfigurationReview.isolated().fixing("remote_write:\n  \(entry.replacing("\n", with: "\n  "))\n")
    #expect(!fixing.diff.joined(separator: "\n").contains("3cr3t-canary"), "\(fixing.diff)")
    #expect(fixing.text.contains("3cr3t-canary"), "the file itself keeps it")
  }

  @Test("Headers that are no secret are not called one")
  func harmlessHeaders() {
    let text = """
      remote_write:
        - url: https://metrics.example.net/api/v1/write?prometheus_server=a
          headers: {X-Scope-OrgID: team-a, X-Source: edge}
      """
    #expect(ids(text).isEmpty)
  }

  @Test("The defaults of the program count where the file is silent")
  func defaults() {
    let text = "remote_write:\n  - url: https://h/api/v1/write\n    queue_config: {capacity: 8000}\n"
    #expect(ids(text) == [])
    #expect(ids(text, flags: ["--for", "godwit"]) == ["GW240"])
    #expect(ids(text, flags: ["--for", "prometheus:2.40"]) == ["GW241"])
  }

  @Test("429 is Prometheus's matter where the file is silent, and everybody's where it says no")
  func rateLimits() {
    let url = "https://prometheus-prod-1.grafana.net/api/prom/push"
    let login = "    basic_auth: {username: '1', password_file: token}\n"
    let silent = "remote_write:\n  - url: \(url)\n" + login
    #expect(ids(silent) == [])
    #expect(ids(silent, flags: ["--for", "godwit"]) == [])
    #expect(ids(silent, flags: ["--for", "prometheus:2.25"]) == [])
    #expect(ids(silent, flags: ["--for", "prometheus:3.5"]) == ["GW250"])
    #expect(ids(silent + "    queue_config: {retry_on_http_429: false}\n") == ["GW250"])
  }

  @Test(
    "Batches are measured by what the backend takes",
    arguments: [
      ("https://h/api/v1/write", 400, "GW244"), ("https://h/api/v1/write", 500, nil),
      ("https://h/api/v1/write", 50_001, "GW245"),
      ("https://dce.we-1.metrics.ingest.monitor.azure.com/api/v1/write", 12_000, nil),
      ("https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write", 12_000, nil),
      ("https://metric-api.newrelic.com/prometheus/v1/write", 10_000, nil),
      ("https://metric-api.newrelic.com/prometheus/v1/write", 12_000, "GW245"),
      ("https://ingress.eu2.coralogix.com/prometheus/v1", 24_000, nil),
      ("https://ingress.eu2.coralogix.com/prometheus/v1", 25_000, "GW245"),
      ("https://monitoring.googleapis.com/v1/write", 200, nil),
      ("https://monitoring.googleapis.com/v1/write", 50, "GW244"),
      ("https://monitoring.googleapis.com/v1/write", 201, "GW245"),
    ] as [(String, Int, String?)])
  func batches(url: String, batch: Int, id: String?) {
    let queue = "queue_config: {max_samples_per_send: \(batch), capacity: \(batch * 5)}"
    let found = ids("remote_write:\n  - url: \(url)\n    authorization: {credentials_file: token}\n    \(queue)\n")
    #expect(found.intersection(["GW244", "GW245"]) == Set([id].compactMap { $0 }))
  }

  @Test("A rate that nothing can send is a number, not a crash")
  func hugeFigures() {
    let queue = "{capacity: 9223372036854775807, max_shards: 9223372036854775807, max_samples_per_send: 1}"
    let text = "remote_write:\n  - url: https://h/api/v1/write\n    queue_config: \(queue)\n"
    #expect(ids(text, flags: ["--rate", "1e300", "--latency", "1y"]).isSuperset(of: ["GW251", "GW254", "GW242"]))
    let wide = "{capacity: 1, max_samples_per_send: 9223372036854775807}"
    _ = ids("remote_write:\n  - url: https://h/api/v1/write\n    queue_config: \(wide)\n", flags: ["--rate", "0"])
  }

  @Test("A resource of the Operator is read by its own names, and told in them")
  func operatorResource() {
    let text = """
      apiVersion: monitoring.coreos.com/v1
      kind: Prometheus
      spec:
        externalLabels: {cluster: eu-1}
        remoteWrite:
          - url: https://metrics.example.net/api/v1/write
            tlsConfig: {insecureSkipVerify: true, caFile: /etc/missing/ca.pem}
            basicAuth: {username: {name: s, key: u}, password: {name: s, key: p}}
            queueConfig: {maxSamplesPerSend: 100, capacity: 500, retryOnRateLimit: false}
      """
    let found = findings(text)
    #expect(Set(found.map(\.id)) == ["GW202", "GW244", "GW250"], "\(found.text)")
    #expect(found.contains { $0.fix.contains("retryOnRateLimit: true") })
  }
}

@Suite("Changes that rules about endpoints, queues and labels propose")
struct EndpointChangeTests {
  private static let rules = DocumentedRule.all.filter { $0.id < "GW300" }

  /// What a rule proposes, made: its finding is gone, and no error has come.
  @Test("cure what they are proposed for", arguments: rules)
  func cure(rule: DocumentedRule) throws {
    let example = try #require(rule.wrong)
    guard example.proposesChanges(of: rule.id), example.files.count == 1 else { return }
    let cured = ConfigurationReview.isolated().fixing(example.files[0], includesUnsafe: true).text
    #expect(cured != example.files[0] || example.flags.isEmpty == false)
    let findings = DocumentedRule.Example(flags: [], files: [cured]).report.findings
    #expect(!findings.contains { $0.id == rule.id || $0.severity == .error }, "\(cured)\n\(findings.text)")
  }

  @Test("are proposed by two thirds of those about queues, and by a third of all")
  func share() {
    let proposing = Self.rules.filter { $0.wrong?.proposesChanges(of: $0.id) ?? false }
    #expect(proposing.count * 3 >= Self.rules.count, "\(proposing.map(\.id))")
    let queues = Self.rules.filter { ("GW240"..."GW269").contains($0.id) }
    #expect(proposing.filter { ("GW240"..."GW269").contains($0.id) }.count * 3 >= queues.count * 2)
  }
}

extension DocumentedRule.Example {
  fileprivate func proposesChanges(of id: String) -> Bool {
    report.files.contains { file in file.advice.contains { $0.facts.id == id && !$0.advice.edits.isEmpty } }
  }
}
