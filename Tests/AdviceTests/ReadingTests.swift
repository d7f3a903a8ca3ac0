import Diagnostics
import Foundation
import Testing

@testable import Advice

@Suite("What a file says")
struct ReadingTests {
  static let texts: [(path: String, text: String, found: [String])] = [
    ("a.py", "# prometheus_client\nx = 1  # push_to_gateway\n", []),
    ("a.py", "from prometheus_client import Gauge", ["client-library 1"]),
    ("a.py", "my_prometheus_client = push_to_gateway_later()", []),
    ("a.go", "// promhttp.Handler()\n/* push.New */\nh := promhttp.Handler()", ["metrics-endpoint 3"]),
    ("a.js", "const url = 'http://a/'; client.register.metrics()", ["metrics-endpoint 1"]),
    ("README.md", "push_to_gateway", []),
    ("crontab", "# 1 2 3 4 5 x\nPATH=/bin\n*/5 0-3 * 1,2 7 root x\n@reboot y\n", ["batch-job 3", "batch-job 4"]),
    ("x.timer", "[Timer]\nOnCalendar=daily\n", ["batch-job 2"]),
    ("hosts", (1...20).map { "host\($0)" }.joined(separator: "\n"), ["many-hosts 1"]),
    ("hosts", "[a]\nweb[01:30].example\n[a:vars]\nx=1", ["many-hosts 2"]),
    ("hosts", "a\nb\nc\n", []), ("settings.ini", "[a]\nweb[01:30].example\n", []),
    (
      "targets.json", "[{\"targets\": [" + (1...9).map { "\"h\($0):9100\"" }.joined(separator: ",") + "]}]",
      ["many-hosts 1"]
    ),
    ("targets.yml", "- targets: [" + (1...9).map { "h\($0):9100" }.joined(separator: ",") + "]", ["many-hosts 1"]),
    ("inventory.yml", "all:\n  children:\n    shops:\n      hosts:\n        shop[001:100]:\n", ["many-hosts 1"]),
    (
      "c.yml", "services:\n  p:\n    image: prom/prometheus:v3\n    command:\n      - --agent\n",
      ["prometheus-server 3", "agent-in-place 5"]
    ),
    ("c.yml", "services:\n  p:\n    image: other/program\n    command: [--agent]\n", []),
    (
      "k.yml", "\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n", ["batch-job 7"]
    ),
    (
      "k.yml",
      "apiVersion: v1\nkind: ConfigMap\ndata:\n  prometheus.yml: |\n    global: {}\n    remote_write:\n    - url: x\n",
      ["remote-write 6"]
    ),
    ("k.yml", "apiVersion: v1\nkind: Secret\nstringData:\n  p: |\n    remote_write:\n    - url: x\n", []),
    (
      "otel.yml",
      "receivers:\n  otlp/a: {}\nexporters:\n  prometheusremotewrite:\n    endpoint: x\nservice:\n  pipelines:\n"
        + "    metrics:\n      receivers: [otlp/a]\n", ["otlp-receiver 2", "collector-remote-write 4"]
    ),
    (
      "otel.yml", "receivers:\n  otlp: {}\nservice:\n  pipelines:\n    traces:\n      receivers: [otlp]\n", []
    ),
    ("agent.yml", "metrics:\n  configs:\n  - name: a\n    scrape_configs: []\n", ["agent-in-place 1"]),
    ("serverless.yml", "provider: {name: aws}\nfunctions:\n  a: {}\n", ["serverless 2"]),
    ("Cargo.toml", "[dependencies]\nprometheus-client = \"0.24\"\n", ["client-library 2", "client-library 2"]),
    ("pom.xml", "<!-- a -->\n<artifactId>micrometer-registry-prometheus</artifactId>\n", ["metrics-endpoint 2"]),
    (
      "Package.swift", "  .package(url: \"https://github.com/swift-server/swift-prometheus\", from: \"2.0.0\"),\n",
      ["client-library 1"]
    ),
    ("App.swift", "import Prometheus\n", ["client-library 1"]),
  ]

  @Test("Code, dependencies, tables and manifests are told by what they hold", arguments: texts)
  func found(example: (path: String, text: String, found: [String])) throws {
    #expect(try Folders.found(example.path, example.text) == example.found, "\(example.path): \(example.text)")
  }

  @Test("Evidence in tests and examples weighs less", arguments: ["test", "examples", "src/__tests__", "Docs"])
  func examples(folder: String) throws {
    try Folders.with(["\(folder)/a.py": "push_to_gateway()", "b.py": "push_to_gateway()"]) { place in
      let weights = try FolderReading(directory: place).evidence.sorted { $0.path < $1.path }.map(\.weight)
      #expect(Set(weights) == [Weights.exampleShare, 1])
    }
  }

  @Test("Nothing is said of what is wrong with an example")
  func flawedExample() throws {
    let text = "scrape_configs:\n- metrics_path: /federate\n  params:\n    'match[]': ['{job=~\".+\"}']\n"
    for (path, expected) in [("a.yml", ["GW805", "GW806"]), ("tests/a.yml", [])] {
      try Folders.with([path: text]) { folder in
        let ids = ExportAdvice(try FolderReading(directory: folder)).findings.map(\.id)
        #expect(ids.filter { $0 != "GW802" } == expected, "\(path)")
      }
    }
  }

  @Test(
    "A selector selects everything, aggregates, or something",
    arguments: [
      ("{__name__=~\".+\"}", true, false), ("{job=~\".*\"}", true, false), ("{__name__!=\"\"}", true, false),
      ("{__name__=~\".+\",job=\"a\"}", false, false), ("{__name__=~\"job:.*\"}", false, true),
      ("job:x:rate5m{a=\"b\"}", false, true), ("up", false, false), ("{job=\"a:b\"}", false, false),
      ("{", false, false),
    ])
  func selectors(selector: String, everything: Bool, aggregates: Bool) {
    #expect(DocumentEvidence.selectsEverything(selector) == everything)
    #expect(DocumentEvidence.selectsAggregates(selector) == aggregates)
  }

  @Test("Documents know how many lines are above them")
  func documents() {
    let documents = FileEvidence.documents(in: Array("a: 1\n---\n\n--- # b\nb: 2\n---".utf8))
    #expect(documents.map(\.offset) == [0, 4])
    #expect(documents.map(\.text) == ["a: 1\n", "b: 2\n"])
  }

  @Test("YAML that is none is said to say nothing, and a template is not")
  func problems() throws {
    try Folders.with(["a.yml": "a: [\n", "chart/b.yml": "a: {{ x }}\n", "bin.py": "\u{0}prometheus_client"]) { folder in
      let reading = try FolderReading(directory: folder)
      #expect(reading.unread.map(\.path) == ["a.yml"])
      #expect(reading.evidence.isEmpty && reading.filesRead == 3)
      let finding = try #require(ExportAdvice(reading).findings.first { $0.id == "GW810" })
      #expect(finding.path == folder + "/a.yml" && finding.line != nil)
    }
  }
}
