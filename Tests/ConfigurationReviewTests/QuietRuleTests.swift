import ConfigurationReview
import Diagnostics
import Testing

/// What the rules must not say of good configurations, and must say of those that hide a mistake.
@Suite("The rules about relabelling, scraping and other files")
struct QuietRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var ids: Set<String>
    var flags: [String] = []
    var text: String

    var testDescription: String { title }
  }

  @Test("find what is there and nothing else", arguments: Self.cases)
  func found(example: Case) {
    let report = DocumentedRule.Example(flags: example.flags, files: [example.text]).report
    let ours = report.findings.filter { $0.id >= "GW301" && $0.id < "GW450" }
    #expect(Set(ours.map(\.id)) == example.ids, "\(report.findings.text)")
  }

  private static func rules(_ title: String, _ text: String) -> Case { rules(title, [], text) }

  private static func rules(_ title: String, _ ids: Set<String>, _ text: String) -> Case {
    Case(title: title, ids: ids, text: text)
  }

  private static let cases: [Case] = [
    rules(
      "two endpoints, one of which gets up",
      """
      remote_write:
        - url: https://all.example.net/api/v1/write
        - url: https://some.example.net/api/v1/write
          write_relabel_configs:
            - {source_labels: [__name__], regex: shop_.+, action: keep}
      """),
    rules(
      "a keep of a name behind a drop of up, which was asked for",
      """
      remote_write:
        - url: https://some.example.net/api/v1/write
          write_relabel_configs:
            - {source_labels: [__name__], regex: up|scrape_.+, action: drop}
            - {source_labels: [__name__], regex: shop_.+, action: keep}
      """),
    rules(
      "a probe by way of another program",
      """
      scrape_configs:
        - job_name: blackbox
          metrics_path: /probe
          params: {module: [http_2xx]}
          relabel_configs:
            - {source_labels: [__address__], target_label: __param_target}
            - {source_labels: [__param_target], target_label: instance}
            - {target_label: __address__, replacement: "blackbox.example.net:9115"}
          static_configs:
            - targets: ["https://shop.example.net/", "https://shop.example.org/"]
      """),
    rules(
      "a labelkeep of a list that is for targets",
      """
      - {source_labels: [__meta_dns_name], target_label: zone}
      - {regex: __.+|job|zone, action: labelkeep}
      """),
    rules(
      "a label that is set again after its removal",
      """
      - {regex: env, action: labeldrop}
      - {source_labels: [stage], target_label: env}
      - {source_labels: [env], regex: test, action: drop}
      """),
    rules(
      "a drop of debug metrics under a comment that speaks of metrics",
      """
      # metrics that nobody looks at
      - {source_labels: [__name__], regex: shop_debug_.+, action: drop}
      """),
    rules(
      "an alert that is right for old and new servers",
      """
      groups:
        - name: agent
          rules:
            - alert: Fails
              expr: >-
                (rate(prometheus_remote_storage_failed_samples_total[5m])
                or rate(prometheus_remote_storage_samples_failed_total[5m])) > 0
              for: 15m
              labels: {severity: critical}
      """),
    rules(
      "alerts about anything else",
      """
      groups:
        - name: hosts
          rules:
            - alert: Down
              expr: up == 0
      """),
    rules(
      "a severity that the group gives to all of its alerts",
      """
      groups:
        - name: agent
          labels: {severity: warning}
          rules:
            - alert: Fails
              expr: rate(prometheus_remote_storage_samples_failed_total[5m]) > 0
              for: 15m
      """),
    rules(
      "what guides publish against too many labels", ["GW320", "GW316"],
      """
      - {regex: customer_id, action: labeldrop}
      - {regex: instance|job|le|quantile, action: labelkeep}
      """),
    rules(
      "what guides publish to drop metrics of programs", ["GW302", "GW310"],
      """
      # drop high-cardinality labels
      - source_labels: [__name__]
        regex: "go_*|process_*"
        action: drop
      """),
    Case(
      title: "fields of several sections, all too new", ids: ["GW401"], flags: ["--for", "prometheus:2.40"],
      text: """
        global: {sample_limit: 5}
        scrape_configs:
          - job_name: a
            http_headers: {X-Team: {values: [web]}}
            relabel_configs: [{source_labels: [__address__], target_label: pod, action: lowercase}]
            static_configs: [{targets: ["a.example.net:9100"]}]
        """),
    Case(
      title: "the same for the newest version", ids: [], flags: ["--for", "prometheus"],
      text: """
        global: {sample_limit: 5}
        scrape_configs:
          - job_name: a
            static_configs: [{targets: ["a.example.net:9100"]}]
        """),
    Case(
      title: "camel case that is right, beside headers that are not ours", ids: [],
      text: """
        apiVersion: monitoring.coreos.com/v1
        kind: Prometheus
        spec:
          remoteWrite:
            - url: https://metrics.example.net/api/v1/write
              headers: {x_team: web}
              queueConfig: {maxShards: 10, retryOnRateLimit: true}
        """),
  ]
}
