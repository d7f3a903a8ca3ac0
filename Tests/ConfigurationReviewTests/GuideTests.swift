import ConfigurationReview
import Diagnostics
import Testing

@Suite("What guides publish")
struct GuideTests {
  /// A mistake: where it is, and which finding tells it.
  struct Mistake: Sendable {
    var file: String
    var line: Int
    var id: String
  }

  @Test(
    "Each mistake is found at its place by its finding",
    arguments: [
      Mistake(file: "guide/shell.txt", line: 1, id: "GW450"), Mistake(file: "guide/shell.txt", line: 2, id: "GW451"),
      Mistake(file: "guide/shell.txt", line: 3, id: "GW452"), Mistake(file: "guide/shell.txt", line: 4, id: "GW453"),
      Mistake(file: "guide/shell.txt", line: 4, id: "GW454"), Mistake(file: "guide/shell.txt", line: 6, id: "GW455"),
      Mistake(file: "guide/shell.txt", line: 7, id: "GW456"), Mistake(file: "guide/push.py.txt", line: 1, id: "GW451"),
      Mistake(file: "guide/push.py.txt", line: 2, id: "GW457"),
      Mistake(file: "guide/push.py.txt", line: 3, id: "GW460"),
      Mistake(file: "guide/push.py.txt", line: 7, id: "GW459"),
      Mistake(file: "guide/push.py.txt", line: 8, id: "GW458"),
      Mistake(file: "guide/queue.txt", line: 1, id: "GW411"), Mistake(file: "guide/queue.txt", line: 2, id: "GW410"),
      Mistake(file: "guide/queue.txt", line: 3, id: "GW412"),
      Mistake(file: "guide/flattened-relabel.yml", line: 5, id: "GW320"),
      Mistake(file: "guide/flattened-relabel.yml", line: 9, id: "GW301"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 14, id: "GW243"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 16, id: "GW244"),
      Mistake(file: "guide/flattened-remote-write.yml", line: 29, id: "GW303"),
    ])
  func mistakes(mistake: Mistake) throws {
    let findings = ConfigurationReview.isolated().findings(in: try Fixture.text(mistake.file), path: mistake.file)
    #expect(findings.contains { $0.id == mistake.id && $0.line == mistake.line }, "\(findings.text)")
  }

  @Test("Nothing else is found in the commands and the code", arguments: ["guide/shell.txt", "guide/push.py.txt"])
  func commands(name: String) throws {
    let findings = ConfigurationReview.isolated().findings(in: try Fixture.text(name), path: name)
    #expect(findings.count == (name == "guide/shell.txt" ? 7 : 5), "\(findings.text)")
  }

  /// What else guides get wrong, written here.
  struct Snippet: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var line: Int
    var id: String
  }

  static let snippets = [
    Snippet(
      testDescription: "a switch of the queue beside the url",
      text: "remote_write:\n  - url: https://m.example/api/v1/write\n    retry_on_http_429: true\n", line: 3,
      id: "GW102"),
    Snippet(
      testDescription: "a token's file beside the url",
      text: "remote_write:\n  - url: https://m.example/api/v1/write\n    credentials_file: /run/token\n", line: 3,
      id: "GW102"),
    Snippet(
      testDescription: "one path for all backends",
      text: "remote_write:\n  - url: https://mimir.example/api/v1/write\n", line: 2, id: "GW211"),
    Snippet(
      testDescription: "Grafana Cloud by its name alone",
      text: """
        remote_write:
          - url: https://prometheus-prod-01-eu-west-0.grafana.net/api/v1/write
            basic_auth:
              username: "1"
              password_file: /run/secrets/key

        """, line: 2, id: "GW211"),
    Snippet(
      testDescription: "a token in the file",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            authorization:
              credentials: abcdef

        """, line: 4, id: "GW203"),
    Snippet(
      testDescription: "a queue that is called ready for production",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            queue_config:
              capacity: 2500
              max_shards: 5
              max_samples_per_send: 500

        """, line: 5, id: "GW243"),
    Snippet(
      testDescription: "a label that tells users apart is dropped",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            write_relabel_configs:
              - regex: user_id
                action: labeldrop

        """, line: 4, id: "GW320"),
    Snippet(
      testDescription: "a user is hashed one to one",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            write_relabel_configs:
              - source_labels: [user_id]
                target_label: user_hash
                modulus: 1000000
                action: hashmod

        """, line: 6, id: "GW322"),
    Snippet(
      testDescription: "a keep that forgets up",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            write_relabel_configs:
              - source_labels: [__name__]
                regex: app_(requests|errors|latency).*
                action: keep

        """, line: 5, id: "GW301"),
    Snippet(
      testDescription: "traces as labels",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            write_relabel_configs:
              - source_labels: [traceparent]
                target_label: trace_id

        """, line: 5, id: "GW279"),
    Snippet(
      testDescription: "a certificate that nobody looks at",
      text: """
        remote_write:
          - url: https://m.example/api/v1/write
            tls_config:
              insecure_skip_verify: true

        """, line: 4, id: "GW202"),
    Snippet(
      testDescription: "an alert on drops of any kind",
      text: """
        groups:
          - name: remote write
            rules:
              - alert: DataLoss
                expr: rate(prometheus_remote_storage_samples_dropped_total[5m]) > 0
                for: 5m
                labels: {severity: critical}

        """, line: 5, id: "GW410"),
  ]

  @Test(
    "Its other mistakes are found too, and what is changed for them leaves a file that is accepted",
    arguments: snippets)
  func others(snippet: Snippet) {
    let review = ConfigurationReview.isolated()
    let findings = review.findings(in: snippet.text)
    #expect(findings.contains { $0.id == snippet.id && $0.line == snippet.line }, "\(findings.text)")
    let fixed = review.fixing(snippet.text)
    let errors = review.findings(in: fixed.text).filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.text)")
  }
}
