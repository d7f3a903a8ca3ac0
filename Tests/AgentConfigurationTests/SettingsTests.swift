import AgentConfiguration
import MetricModel
import Relabeling
import Settings
import Testing

@Suite("What a file says arrives in the settings")
struct SettingsTests {
  @Test("An empty file is all defaults", arguments: ["", "\n", "# nothing\n", "---\n", "global:\n", "{}"])
  func empty(text: String) throws {
    #expect(try settings(text) == AgentSettings())
  }

  @Test("A scrape without anything but its name has the reference's defaults")
  func scrapeDefaults() throws {
    let scrape = try #require(try settings("scrape_configs: [{job_name: a}]").scrapes.first)
    #expect(scrape == ScrapeSettings(jobName: "a"))
    #expect(scrape.interval == .seconds(60))
    #expect(scrape.timeout == .seconds(10))
    #expect(scrape.protocols == [.openMetrics100, .openMetrics001, .prometheusText100, .prometheusText004])
    #expect(scrape.http.enableHTTP2 && scrape.http.followRedirects && scrape.honorTimestamps)
  }

  @Test("An endpoint without anything but its url has the reference's defaults")
  func endpointDefaults() throws {
    let endpoint = try #require(try settings("remote_write: [{url: 'http://h/w'}]").endpoints.first)
    #expect(endpoint == EndpointSettings(name: endpoint.name, url: "http://h/w"))
    #expect(endpoint.timeout == .seconds(30))
    #expect(!endpoint.http.enableHTTP2 && endpoint.http.followRedirects)
    #expect(endpoint.queue.capacity == 10_000 && endpoint.queue.maxShards == 50 && endpoint.metadata.send)
  }

  @Test("Jobs inherit from global, and the timeout shrinks to a short interval")
  func inheritance() throws {
    let text = """
      global: {scrape_interval: 30s, scrape_timeout: 20s, sample_limit: 5, body_size_limit: 1KB,
        scrape_protocols: [OpenMetricsText1.0.0], extra_scrape_metrics: true}
      scrape_configs:
      - job_name: a
      - {job_name: b, scrape_interval: 5s, sample_limit: 7, extra_scrape_metrics: false,
         scrape_protocols: [PrometheusText0.0.4]}
      """
    let scrapes = try settings(text).scrapes
    #expect(scrapes.map(\.interval) == [.seconds(30), .seconds(5)])
    #expect(scrapes.map(\.timeout) == [.seconds(20), .seconds(5)])
    #expect(scrapes.map(\.limits.samples) == [5, 7])
    #expect(scrapes.map(\.limits.bodyBytes) == [1024, 1024])
    #expect(scrapes.map(\.protocols) == [[.openMetrics100], [.prometheusText004]])
    #expect(scrapes.map(\.extraScrapeMetrics) == [true, false])
  }

  @Test("All of a job's sources of targets are read")
  func discoveries() throws {
    let text = """
      scrape_configs:
      - job_name: a
        static_configs: [{targets: [x:1]}]
        http_sd_configs:
        - {url: 'https://h/t', refresh_interval: 7s, bearer_token_file: t, follow_redirects: false}
        - url: http://h
        dns_sd_configs:
        - {names: [_m._tcp.h, n], refresh_interval: 0}
        - {names: [n], type: aaaa, port: 9100, refresh_interval: 1m}
      """
    let scrape = try #require(try settings(text).scrapes.first)
    var http = HTTPDiscoverySettings(url: "https://h/t")
    http.refreshInterval = .seconds(7)
    http.http.followRedirects = false
    http.http.credentials = .authorization(type: "Bearer", credentials: .file("/etc/p/t"))
    #expect(scrape.httpDiscoveries == [http, HTTPDiscoverySettings(url: "http://h")])
    #expect(scrape.httpDiscoveries.last?.refreshInterval == .seconds(60))
    var addresses = DNSDiscoverySettings(names: ["n"])
    (addresses.type, addresses.port, addresses.refreshInterval) = (.aaaa, 9100, .seconds(60))
    #expect(scrape.dnsDiscoveries == [DNSDiscoverySettings(names: ["_m._tcp.h", "n"]), addresses])
    #expect(scrape.dnsDiscoveries.first?.refreshInterval == .seconds(30))
    #expect(scrape.discoveries.count == 5)
  }

  @Test("All of an endpoint is read")
  func endpoint() throws {
    let text = """
      remote_write:
      - url: https://h:9009/api/v1/push
        name: main
        remote_timeout: 1m
        headers: {X-Scope-OrgID: 1}
        protobuf_message: io.prometheus.write.v2.Request
        send_exemplars: yes
        send_native_histograms: on
        enable_http2: true
        follow_redirects: false
        basic_auth: {username: 0123, password_file: secrets/p}
        tls_config: {ca_file: ca.pem, cert_file: /c.pem, key: KEY, server_name: s, insecure_skip_verify: true,
          min_version: TLS12, max_version: TLS13}
        queue_config: {capacity: 1_000, max_shards: 0x10, min_shards: 2, max_samples_per_send: 100,
          batch_send_deadline: 1s, min_backoff: 1ms, max_backoff: 2s, retry_on_http_429: false, sample_age_limit: 2h}
        metadata_config: {send: false, send_interval: 2m, max_samples_per_send: 10}
        write_relabel_configs: [{source_labels: [__name__], regex: go_.*, action: DROP}]
      """
    let endpoint = try #require(try settings(text).endpoints.first)
    var expected = EndpointSettings(name: "main", url: "https://h:9009/api/v1/push")
    expected.timeout = .seconds(60)
    expected.headers = ["X-Scope-OrgID": "1"]
    expected.message = .version2
    (expected.sendExemplars, expected.sendNativeHistograms) = (true, true)
    (expected.http.enableHTTP2, expected.http.followRedirects) = (true, false)
    expected.http.credentials = .basic(username: .inline("0123"), password: .file("/etc/p/secrets/p"))
    expected.http.tls.certificateAuthority = .file("/etc/p/ca.pem")
    expected.http.tls.certificate = .file("/c.pem")
    expected.http.tls.key = .inline("KEY")
    expected.http.tls.serverName = "s"
    expected.http.tls.insecureSkipVerify = true
    (expected.http.tls.minimumVersion, expected.http.tls.maximumVersion) = (.tls12, .tls13)
    (expected.queue.capacity, expected.queue.maxShards, expected.queue.minShards) = (1_000, 16, 2)
    expected.queue.maxSamplesPerSend = 100
    (expected.queue.batchSendDeadline, expected.queue.sampleAgeLimit) = (.seconds(1), .seconds(7_200))
    (expected.queue.minBackoff, expected.queue.maxBackoff) = (.milliseconds(1), .seconds(2))
    expected.queue.retryOnRateLimit = false
    (expected.metadata.send, expected.metadata.sendInterval) = (false, .seconds(120))
    expected.metadata.maxSamplesPerSend = 10
    expected.relabelRules = [.init(sourceLabels: ["__name__"], regex: "go_.*", action: "drop")]
    #expect(endpoint.relabelRules.first?.action?.lowercased() == "drop")
    var comparable = endpoint
    comparable.relabelRules[0].action = "drop"
    #expect(comparable == expected)
  }

  @Test("All of a scrape is read")
  func scrape() throws {
    let text = """
      scrape_configs:
      - job_name: a
        honor_labels: true
        honor_timestamps: false
        track_timestamps_staleness: true
        enable_compression: false
        fallback_scrape_protocol: PrometheusText0.0.4
        metrics_path: /m
        scheme: https
        params: {b: [x, y], a: []}
        bearer_token_file: t
        label_limit: 1
        static_configs:
        - targets: ['a:1', b:2]
          labels: {dc: x, empty: ''}
        file_sd_configs:
        - files: [t/*.json, /abs.yml]
          refresh_interval: 1m
        metric_relabel_configs:
        - {regex: x, action: labeldrop}
      """
    let scrape = try #require(try settings(text).scrapes.first)
    var expected = ScrapeSettings(jobName: "a")
    (expected.honorLabels, expected.honorTimestamps, expected.trackTimestampsStaleness) = (true, false, true)
    expected.enableCompression = false
    expected.fallbackProtocol = .prometheusText004
    (expected.metricsPath, expected.scheme) = ("/m", "https")
    expected.parameters = [.init(name: "b", values: ["x", "y"]), .init(name: "a", values: [])]
    expected.http.credentials = .authorization(type: "Bearer", credentials: .file("/etc/p/t"))
    expected.limits.labels = 1
    expected.staticTargets = [TargetGroup(addresses: ["a:1", "b:2"], labels: LabelSet(["dc": "x"]))]
    var discovery = FileDiscoverySettings(patterns: ["/etc/p/t/*.json", "/abs.yml"])
    discovery.refreshInterval = .seconds(60)
    expected.fileDiscoveries = [discovery]
    expected.metricRelabelRules = [.init(regex: "x", action: "labeldrop")]
    #expect(scrape == expected)
  }

  @Test("Authorization keeps its type, and Bearer is the default")
  func authorization() throws {
    let text = """
      scrape_configs:
      - {job_name: a, authorization: {credentials: x}}
      - {job_name: b, authorization: {type: ' Token ', credentials_file: f}}
      - {job_name: c, authorization: }
      """
    #expect(
      try settings(text).scrapes.map(\.http.credentials) == [
        .authorization(type: "Bearer", credentials: .inline("x")),
        .authorization(type: "Token", credentials: .file("/etc/p/f")), .none,
      ])
  }

  @Test("A field that is there without a value is zero, as the reference reads it")
  func nulls() throws {
    let scrape = try #require(
      try settings("scrape_configs: [{job_name: a, honor_timestamps: , scrape_interval: , params: }]").scrapes.first)
    #expect(!scrape.honorTimestamps)
    #expect(scrape.interval == .seconds(60))
  }

  @Test("Merge keys fill in what a section does not say itself; anchors are shared")
  func mergeKeys() throws {
    let text = """
      remote_write:
      - &one {url: http://a, queue_config: &queue {capacity: 7}, remote_timeout: 5s}
      - {<<: *one, url: http://b}
      - {url: http://c, queue_config: {<<: [*queue, {max_shards: 3}], max_samples_per_send: 2}}
      """
    let endpoints = try settings(text).endpoints
    #expect(endpoints.map(\.url) == ["http://a", "http://b", "http://c"])
    #expect(endpoints.map(\.queue.capacity) == [7, 7, 7])
    #expect(endpoints.map(\.timeout) == [.seconds(5), .seconds(5), .seconds(30)])
    #expect(endpoints.last?.queue.maxShards == 3)
  }

  @Test(
    "Environment variables are expanded in external labels",
    arguments: [
      ("$A", "1"), ("${A}", "1"), ("x${A}y$A-", "x1y1-"), ("$$A", "$A"), ("a$", "a$"), ("$UNKNOWN.", "."),
      ("${A", "A"), ("$-x", "x"), ("$ä", "$ä"), ("${}x", "x"), ("plain", "plain"),
    ])
  func environment(text: String, expected: String) throws {
    let read = try settings("global: {external_labels: {a: '\(text)'}}", environment: ["A": "1"])
    #expect(read.externalLabels["a"] == expected)
  }

  @Test("A second document is ignored, as the reference ignores it")
  func secondDocument() throws {
    #expect(try settings("global: {}\n---\nnonsense: 1\n") == AgentSettings())
  }
}

@Suite("Endpoints without a name")
struct EndpointNameTests {
  private func names(_ text: String) throws -> [String] { try settings(text).endpoints.map(\.name) }

  @Test("The name depends on the url alone, so that tuning does not orphan a backlog")
  func stable() throws {
    let one = try names("remote_write: [{url: http://a}]")
    #expect(one.first?.utf8.count == 6)
    #expect(try names("remote_write: [{url: http://a, queue_config: {capacity: 5}}]") == one)
    #expect(try names("remote_write: [{url: http://b}]") != one)
    // Written down, because a change of the hash would orphan every backlog of an unnamed endpoint.
    #expect(try names("remote_write: [{url: 'http://localhost:9009/api/v1/push'}]") == ["10f99c"])
  }

  @Test("The same url twice gets a number, and a given name is never taken away")
  func collisions() throws {
    let name = try #require(try names("remote_write: [{url: http://a}]").first)
    let text = """
      remote_write: [{url: http://a}, {url: http://a, send_exemplars: true}, {url: http://b, name: \(name)-2}]
      """
    #expect(try names(text) == [name, "\(name)-3", "\(name)-2"])
  }
}
