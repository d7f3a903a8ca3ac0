import AgentConfiguration
import Diagnostics
import Settings
import Testing

@Suite("What the reference accepts and this agent cannot do")
struct NotBuiltTests {
  @Test(
    "Each such field is named at its place, and is no error",
    arguments: [
      ("google_iam", "remote_write: [{url: http://h, ▸google_iam: {}}]"),
      ("azuread", "remote_write: [{url: http://h, ▸azuread: {sdk: {tenant_id: ''}}}]"),
      ("proxy_url with https", "scrape_configs: [{job_name: a, proxy_url: ▸'https://p'}]"),
      ("SOCKS", "scrape_configs: [{job_name: a, proxy_url: ▸'socks5://u:p@p'}]"),
      ("of the kind \"ftp\"", "scrape_configs: [{job_name: a, proxy_url: ▸'ftp://p'}]"),
      ("scheme and a host", "scrape_configs: [{job_name: a, proxy_url: ▸'p'}]"),
      (
        "Proxy-Authorization",
        "scrape_configs: [{job_name: a, proxy_url: http://p, proxy_connect_header: {Proxy-Authorization: [▸Digest]}}]"
      ),
      ("header \"X\"", "scrape_configs: [{job_name: a, http_headers: {▸X: {values: [\"b\\n\"]}}}]"),
      ("server_name", "scrape_configs: [{job_name: a, tls_config: {server_name: ▸'a b'}}]"),
      ("below TLS12", "scrape_configs: [{job_name: a, tls_config: {max_version: ▸TLS11}}]"),
      ("password_ref", "scrape_configs: [{job_name: a, basic_auth: {password_ref: ▸x}}]"),
      ("consul_sd_configs", "scrape_configs: [{job_name: a, ▸consul_sd_configs: [{server: x}]}]"),
      ("kubernetes_sd_configs", "scrape_configs: [{job_name: a, ▸kubernetes_sd_configs: [{role: pod}]}]"),
      ("scraped over \"ftp\"", "scrape_configs: [{job_name: a, scheme: ▸ftp}]"),
      ("duplicate remote write configs", "remote_write: [{url: http://h}, ▸{url: http://h}]"),
      ("max_version", "remote_write: [{url: http://h, tls_config: {min_version: TLS13, max_version: ▸TLS12}}]"),
    ])
  func notBuilt(name: String, text: String) {
    let marked = MarkedText(text)
    let result = read(marked.text)
    #expect(result.errors.isEmpty, "\(result.errors.text)")
    #expect(result.settings != nil)
    #expect(places(result.notBuilt) == marked.places, "\(result.notBuilt.text)")
    #expect(result.notBuilt.first?.message.contains(name) == true, "\(result.notBuilt.text)")
    #expect(result.notBuilt.allSatisfy { !$0.fix.isEmpty && ["GW120", "GW121"].contains($0.id) })
  }

  @Test(
    "What has no effect and does no harm by it is a warning, and the agent starts",
    arguments: [
      ("tracing", "▸tracing: {endpoint: e}"),
      ("otlp", "▸otlp: {promote_scope_metadata: true}"),
      ("out_of_order_time_window", "storage: {tsdb: {out_of_order_time_window: ▸5m}}"),
    ])
  func noEffect(name: String, text: String) {
    let marked = MarkedText(text)
    let result = read(marked.text)
    #expect(result.errors.isEmpty && result.notBuilt.isEmpty && result.settings != nil, "\(result.findings.text)")
    #expect(places(result.warnings) == marked.places)
    #expect(result.warnings.allSatisfy { $0.id == "GW130" && $0.severity == .warning })
    #expect(result.warnings.first?.message.contains(name) == true)
  }

  @Test("An endpoint's URL that no request can be sent to is a warning, as Prometheus starts with it too")
  func endpointThatFails() {
    let marked = MarkedText("remote_write: [{url: ▸h/api}, {url: ▸'invalid://localhost:1'}]")
    let result = read(marked.text)
    #expect(result.errors.isEmpty && result.notBuilt.isEmpty && result.settings != nil, "\(result.findings.text)")
    #expect(places(result.warnings) == marked.places)
    #expect(result.warnings.allSatisfy { $0.id == "GW131" && !$0.fix.isEmpty })
  }

  @Test(
    "Every mechanism that is not built is refused by name, with advice",
    arguments: [
      "aws", "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "ecs", "elasticache", "eureka", "gce",
      "hetzner", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon", "msk", "nerve", "nomad", "oci",
      "openstack", "outscale", "ovhcloud", "puppetdb", "rds", "scaleway", "serverset", "stackit", "triton", "uyuni",
      "vultr",
    ])
  func mechanisms(name: String) {
    let fields = [
      "consul": "server: x", "kubernetes": "role: pod", "docker": "host: h", "dockerswarm": "host: h, role: tasks",
    ]
    let result = read("scrape_configs: [{job_name: a, \(name)_sd_configs: [{\(fields[name] ?? "")}]}]")
    #expect(result.errors.isEmpty, "\(result.errors.text)")
    #expect(result.notBuilt.first?.message.contains("\(name)_sd_configs") == true)
    #expect(result.notBuilt.first?.fix.contains("http_sd_configs") == true)
  }

  @Test(
    "Defaults given explicitly, and what has no effect in an agent, are not reported",
    arguments: [
      "remote_write: [{url: http://h, enable_http2: false, follow_redirects: true, round_robin_dns: false}]",
      "remote_write: [{url: http://h, proxy_from_environment: false, no_proxy: '', sigv4: , oauth2: }]",
      "global: {evaluation_interval: 15s, rule_query_offset: 1m, query_log_file: f, scrape_native_histograms: false}",
      "scrape_configs: [{job_name: a, native_histogram_bucket_limit: 0, dns_sd_configs: [], http_headers: }]",
      "runtime: {gogc: 50}\nstorage: {exemplars: {max_exemplars: 5}, tsdb: {retention: {time: 1d}}}",
      "alerting: {alertmanagers: []}\nrule_files: []\nremote_read: []\notlp: {}",
      "global: {metric_name_validation_scheme: utf8, metric_name_escaping_scheme: allow-utf-8}",
    ])
  func silent(text: String) {
    let result = read(text)
    #expect(result.findings.isEmpty, "\(result.findings.text)")
  }
}

@Suite("scrape_config_files")
struct ScrapeFilesTests {
  private let main = "scrape_configs: [{job_name: a}]\nscrape_config_files: [jobs/*.yml]"

  @Test("Their jobs come after those of the main file, with paths relative to their own directory")
  func jobs() throws {
    let files = ImaginedFiles(
      texts: ["/etc/p/jobs/b.yml": "scrape_configs: [{job_name: b, bearer_token_file: t}]"],
      matches: ["/etc/p/jobs/*.yml": ["/etc/p/jobs/b.yml"]])
    let result = read(main, files: files)
    #expect(result.findings.isEmpty, "\(result.findings.text)")
    let scrapes = try #require(result.settings?.scrapes)
    #expect(scrapes.map(\.jobName) == ["a", "b"])
    #expect(scrapes.last?.http.credentials == .authorization(type: "Bearer", credentials: .file("/etc/p/jobs/t")))
  }

  @Test("Their mistakes carry their own path; jobs are unique over all files; a missing file points at its pattern")
  func mistakes() {
    let marked = MarkedText("scrape_configs: [{job_name: ▸'', ▸x: 1}, {job_name: ▸[]}]")
    let files = ImaginedFiles(
      texts: ["/etc/p/jobs/b.yml": "global: {}\nscrape_configs: [{job_name: a}]", "/etc/p/jobs/c.yml": marked.text],
      matches: ["/etc/p/jobs/*.yml": ["/etc/p/jobs/b.yml", "/etc/p/jobs/c.yml", "/etc/p/jobs/d.yml"]])
    let errors = read(main, files: files).errors
    #expect(
      errors.map(\.path) == ["prometheus.yml"] + Array(repeating: "/etc/p/jobs/b.yml", count: 2)
        + Array(repeating: "/etc/p/jobs/c.yml", count: 3))
    #expect(places(errors) == ["2:23", "1:1", "2:29"] + marked.places, "\(errors.text)")
    #expect(errors[2].message.contains("first found in prometheus.yml"))
  }
}
