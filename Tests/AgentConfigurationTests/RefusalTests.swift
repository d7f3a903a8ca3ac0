import AgentConfiguration
import Diagnostics
import Testing

@Suite("Mistakes are reported where they stand")
struct RefusalTests {
  @Test("One mistake, one finding, at its place", arguments: general + values + httpClient + scrape + remoteWrite)
  func refusal(_ refused: RefusedCase) {
    let marked = MarkedText(refused.marked)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    #expect(result.errors.first?.id == refused.id)
    #expect(result.errors.first?.message.contains(refused.message) == true, "\(result.errors.text)")
    if !refused.fix.isEmpty { #expect(result.errors.first?.fix == refused.fix) }
    #expect(result.settings == nil)
  }

  static let general = [
    RefusedCase("GW101", "a:\n - b\n▸\t- c", "found a tab", fix: "YAML is indented with spaces, never with tabs"),
    RefusedCase("GW101", "scrape_configs: [{job_name: ▸*none}]", "undefined alias"),
    RefusedCase("GW102", "▸scrape_config: []", "not found", fix: "did you mean `scrape_configs`?"),
    RefusedCase("GW102", "global: {▸scrape_intervall: 5s}", "not found", fix: "did you mean `scrape_interval`?"),
    RefusedCase(
      "GW102", "remote_write: [{url: http://h, ▸retry_on_http_429: true}]", "not found",
      fix: "`retry_on_http_429` belongs in `queue_config`; check the indentation"),
    RefusedCase(
      "GW102", "scrape_configs: [{job_name: ä, ▸xyz: 1}]", "field xyz not found in scrape_configs"),
    RefusedCase("GW103", "global:\n  scrape_interval: 5s\n  ▸scrape_interval: 6s", "already set"),
    RefusedCase("GW103", "global: {scrape_interval: 5s, external_labels: {}, ▸scrape_interval: 6s}", "already set"),
    RefusedCase("GW104", "▸[]", "cannot unmarshal a list"),
    RefusedCase("GW104", "▸just a text", "cannot unmarshal !!str"),
    RefusedCase("GW104", "scrape_configs: ▸{job_name: a}", "cannot unmarshal a mapping into scrape_configs"),
    RefusedCase("GW104", "global: {external_labels: {a: ▸[]}}", "cannot unmarshal a list into a"),
    RefusedCase("GW108", "▸alerting: {alertmanagers: [{}]}", "alerting is not allowed in agent mode"),
    RefusedCase("GW105", "scrape_config_files: [▸'*/a.yml']", "invalid scrape config file path"),
    RefusedCase("GW105", "tracing: {endpoint: e, compression: ▸zip}", "invalid compression type zip"),
    RefusedCase("GW105", "otlp: {translation_strategy: ▸No}", "unsupported OTLP translation strategy"),
  ]

  static let values = [
    RefusedCase("GW105", "global: {scrape_interval: ▸''}", "empty duration string"),
    RefusedCase("GW105", "global: {scrape_interval: ▸15}", "not a valid duration", fix: "add a unit: 15s"),
    RefusedCase(
      "GW105", "global: {scrape_interval: ▸1.5s}", "unknown unit \".\"", fix: "fractions are not allowed: 1500ms"),
    RefusedCase("GW105", "global: {scrape_interval: ▸1m1m}", "not a valid duration"),
    RefusedCase("GW105", "global: {scrape_interval: ▸-5s}", "not a valid duration"),
    RefusedCase("GW105", "global: {scrape_interval: ▸300y}", "out of range"),
    RefusedCase("GW105", "global: {scrape_interval: ▸99999999999999999999s}", "out of range"),
    RefusedCase("GW105", "global: {body_size_limit: ▸10}", "missing unit"),
    RefusedCase("GW105", "global: {body_size_limit: ▸10XB}", "unknown unit XB"),
    RefusedCase("GW105", "global: {body_size_limit: ▸99999EB}", "overflow"),
    RefusedCase("GW104", "global: {sample_limit: ▸-1}", "cannot be negative"),
    RefusedCase("GW104", "global: {sample_limit: ▸'10'}", "cannot unmarshal !!str"),
    RefusedCase("GW104", "global: {extra_scrape_metrics: ▸'true'}", "cannot unmarshal !!str"),
    RefusedCase("GW104", "global: {extra_scrape_metrics: ▸1}", "cannot unmarshal !!int `1`"),
    RefusedCase("GW107", "global: {scrape_interval: 5s, scrape_timeout: ▸6s}", "greater than scrape interval"),
    RefusedCase("GW105", "global: {scrape_protocols: ▸[]}", "cannot be empty for global config"),
    RefusedCase("GW105", "global: {metric_name_validation_scheme: ▸x}", "unrecognized ValidationScheme"),
  ]

  static let httpClient = [
    RefusedCase(
      "GW107", "remote_write: [{url: http://h, basic_auth: {username: u, username_file: ▸f}}]",
      "at most one of basic_auth username, username_file & username_ref"),
    RefusedCase(
      "GW107", "remote_write: [{url: http://h, bearer_token: a, bearer_token_file: ▸b}]",
      "at most one of bearer_token & bearer_token_file"),
    RefusedCase(
      "GW107", "scrape_configs: [{job_name: a, basic_auth: {}, bearer_token: ▸b}]",
      "at most one of basic_auth, oauth2, bearer_token"),
    RefusedCase(
      "GW107", "scrape_configs: [{job_name: a, authorization: {credentials: a, credentials_file: ▸b}}]",
      "at most one of authorization credentials"),
    RefusedCase(
      "GW107", "scrape_configs: [{job_name: a, tls_config: {ca: a, ca_file: ▸b}}]", "at most one of ca, ca_file"),
    RefusedCase("GW107", "scrape_configs: [{job_name: a, tls_config: {key: ▸a}}]", "exactly one of cert or cert_file"),
    RefusedCase("GW105", "scrape_configs: [{job_name: a, tls_config: {max_version: ▸tls12}}]", "unknown TLS version"),
    RefusedCase("GW107", "scrape_configs: [{job_name: a, proxy_from_environment: ▸true, no_proxy: x}]", "no_proxy"),
    RefusedCase(
      "GW107", "scrape_configs: [{job_name: a, ▸proxy_connect_header: {a: [b]}}]", "proxy_connect_header"),
    RefusedCase("GW105", "scrape_configs: [{job_name: a, proxy_url: ▸':x'}]", "missing protocol scheme"),
    RefusedCase("GW105", "scrape_configs: [{job_name: a, http_headers: {▸authorization: {}}}]", "not allowed"),
    RefusedCase(
      "GW106", "scrape_configs: [{job_name: a, ▸oauth2: {client_id: x}}]", "oauth2 token_url must be configured"),
  ]

  static let scrape = [
    RefusedCase("GW106", "scrape_configs: [▸{}]", "job_name is empty"),
    RefusedCase("GW106", "scrape_configs:\n▸-\n", "empty or null scrape config section"),
    RefusedCase("GW106", "scrape_configs: [▸null]", "empty or null scrape config section"),
    RefusedCase("GW109", "scrape_configs: [{job_name: a}, {job_name: ▸a}]", "found multiple scrape configs"),
    RefusedCase(
      "GW107", "global: {scrape_interval: 5s}\nscrape_configs: [{job_name: a, scrape_timeout: ▸6s}]",
      "scrape timeout greater than scrape interval for scrape config with job name \"a\""),
    RefusedCase(
      "GW105", "scrape_configs: [{job_name: a, fallback_scrape_protocol: ▸Text}]", "invalid fallback_scrape_protocol"),
    RefusedCase(
      "GW105", "scrape_configs: [{job_name: a, scrape_protocols: [▸PrometheusText1.0]}]", "unknown scrape protocol",
      fix: "did you mean `PrometheusText1.0.0`?"),
    RefusedCase(
      "GW107",
      "global: {metric_name_validation_scheme: legacy, metric_name_escaping_scheme: ▸allow-utf-8}\n"
        + "scrape_configs: [{job_name: a}]", "utf8 metric names requested"),
    RefusedCase(
      "GW105", "global: {metric_name_escaping_scheme: ▸x}\nscrape_configs: [{job_name: a}, {job_name: b}]",
      "unknown global name escaping"),
    RefusedCase(
      "GW105", "global: {metric_name_validation_scheme: legacy, external_labels: {▸a-b: c}}",
      "\"a-b\" is not a valid label name"),
    RefusedCase(
      "GW106", "scrape_configs: [{job_name: a, relabel_configs: [▸null]}]", "empty or null target relabeling rule"),
    RefusedCase(
      "GW106", "scrape_configs: [{job_name: a, metric_relabel_configs: [▸null]}]",
      "empty or null metric relabeling rule"),
    RefusedCase(
      "GW110", "scrape_configs: [{job_name: a, relabel_configs: [{action: keep, regex: ▸'a)'}]}]", "regexp"),
    RefusedCase("GW110", "scrape_configs: [{job_name: a, relabel_configs: [{▸action: }]}]", "action"),
    RefusedCase(
      "GW102", "scrape_configs: [{job_name: a, relabel_configs: [{action: drop, ▸source_label: [a]}]}]",
      "not found in relabel_configs", fix: "did you mean `source_labels`?"),
    RefusedCase(
      "GW105", "scrape_configs: [{job_name: a, relabel_configs: [{action: drop, source_labels: [▸'']}]}]",
      "\"\" is not a valid label name"),
    RefusedCase("GW106", "scrape_configs: [{job_name: a, static_configs: [▸null]}]", "empty or null section in static"),
    RefusedCase(
      "GW105", "scrape_configs: [{job_name: a, file_sd_configs: [{files: [▸'*/a.json']}]}]", "is not valid for file"),
    RefusedCase("GW105", "scrape_configs: [{job_name: a, http_sd_configs: [{url: ▸ftp://h}]}]", "URL scheme must be"),
    RefusedCase("GW106", "scrape_configs: [{job_name: a, kubernetes_sd_configs: [▸{}]}]", "role missing"),
    RefusedCase(
      "GW107", "scrape_configs: [{job_name: a, kubernetes_sd_configs: [▸{role: pod, tls_config: {ca_file: x}}]}]",
      "please provide the 'api_server' URL explicitly"),
    RefusedCase(
      "GW102", "scrape_configs: [{job_name: a, consul_sd_configs: [{▸serve: x}]}]", "not found in consul_sd_configs",
      fix: "did you mean `server`?"),
    RefusedCase("GW106", "scrape_configs: [{job_name: a, docker_sd_configs: [▸{}]}]", "host missing"),
    RefusedCase(
      "GW106", "scrape_configs: [{job_name: a, dockerswarm_sd_configs: [{host: 'unix:///s', role: ▸x}]}]",
      "invalid role x"),
    RefusedCase(
      "GW102", "scrape_configs: [{job_name: a, ▸kubernets_sd_configs: []}]", "not found",
      fix: "did you mean `kubernetes_sd_configs`?"),
  ]

  static let remoteWrite = [
    RefusedCase("GW107", "remote_write: [{url: http://h, queue_config: {min_shards: ▸51}}]", "min_shards must not be"),
    RefusedCase("GW107", "remote_write: [{url: http://h, queue_config: {max_backoff: ▸1ms}}]", "max_backoff must not"),
    RefusedCase("GW105", "remote_write: [{url: ▸'http://h:port/'}]", "invalid port \":port\" after host"),
    RefusedCase("GW105", "remote_write: [{url: ▸'http://h/%zz'}]", "invalid URL escape \"%zz\""),
    RefusedCase("GW105", "remote_write: [{url: ▸'http://a b/'}]", "invalid character \" \" in host name"),
    RefusedCase("GW104", "remote_write: [{url: ▸[http://h]}]", "cannot unmarshal a list into url"),
    RefusedCase("GW105", "remote_write: [{url: http://h, protobuf_message: ▸''}]", "invalid protobuf_message value"),
    RefusedCase(
      "GW105", "remote_write: [{url: http://h, headers: {▸user-agent: x}}]", "user-agent is a reserved header"),
    RefusedCase(
      "GW107", "remote_write: [{url: http://h, authorization: {}, ▸google_iam: {}}]",
      "Currently configured: [authorization google_iam]"),
    RefusedCase(
      "GW107", "remote_write: [{url: http://h, bearer_token: x, ▸sigv4: {}}]",
      "Currently configured: [authorization sigv4]"),
    RefusedCase("GW106", "remote_write: [{url: http://h, ▸azuread: {cloud: AzureChina}}]", "must provide an Azure"),
    RefusedCase(
      "GW105", "remote_write: [{url: http://h, azuread: {managed_identity: {client_id: ▸me}}}]",
      "client_id is invalid"),
  ]

  @Test("All mistakes of a file come at once, in its order")
  func severalAtOnce() {
    let marked = MarkedText(
      """
      global:
        scrape_interval: ▸15
        external_labels: {▸'': x}
      remote_write:
      - ▸name: a
        ▸urll: http://h
        queue_config:
          capacity: ▸0
          ▸min_backof: 1s
      ▸foo: bar
      """)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
  }

  @Test("Each repetition of a key is reported, and the rest of the file too")
  func duplicateKeys() {
    let marked = MarkedText(
      """
      global: {}
      remote_write:
      - url: http://h
        "name": a
        ▸name: b
        queue_config: {capacity: 5, ▸capacity: 6, max_shards: ▸0}
      ▸global: {}
      ▸remote_write: []
      """)
    for text in [marked.text, marked.text.replacing("\n", with: "\r\n")] {
      let result = read(text)
      #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    }
  }

  @Test("A section without content is all zeros, as the reference reads it")
  func emptyQueueSection() {
    let result = read("remote_write: [{url: http://h, queue_config: }]")
    #expect(
      result.errors.map(\.message)
        == ["capacity", "max_shards", "min_shards", "max_samples_per_send"].map {
          "remote write queue \($0) must be positive"
        })
  }

  @Test("A value in the wrong place is described, not shown: it may be a secret")
  func secretsStayOut() {
    let texts = [
      "remote_write: [{url: http://h, basic_auth: hunter2}]", "remote_write: [{url: 'http://hunter2@h:x/'}]",
      "remote_write: [{url: 'http://u:hunter2%zz@h/'}]", "remote_write: [{url: http://h, tls_config: hunter2}]",
      "remote_write: [{url: http://h, send_exemplars: hunter2}]",
    ]
    for text in texts {
      let result = read(text)
      #expect(!result.errors.isEmpty)
      #expect(!result.findings.text.contains("hunter2"), "\(result.findings.text)")
    }
  }
}
