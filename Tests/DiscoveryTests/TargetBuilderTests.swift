import MetricModel
import Relabeling
import Settings
import Testing
@testable import Discovery

private func job(_ edit: (inout ScrapeSettings) -> Void = { _ in }) -> ScrapeSettings {
  var job = ScrapeSettings(jobName: "node")
  edit(&job)
  return job
}

private func verdict(
  _ address: String = "a:9100", labels: [String: String] = [:], rules: [RelabelRule] = [],
  _ edit: (inout ScrapeSettings) -> Void = { _ in }
) throws -> TargetVerdict {
  TargetBuilder(job: job(edit), program: try RelabelProgram(rules)).verdict(on: address, groupLabels: LabelSet(labels))
}

private func active(_ verdict: TargetVerdict) throws -> Target {
  guard case .active(let target) = verdict else {
    throw TestFailure("expected an active target, got \(verdict)")
  }
  return target
}

struct TestFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

@Suite struct TargetBuilderTests {
  @Test("A plain address gets the job's name, itself as instance, and the job's defaults")
  func plain() throws {
    let target = try active(verdict())
    #expect(target.labels == LabelSet(["instance": "a:9100", "job": "node"]))
    #expect(target.url == "http://a:9100/metrics")
    #expect(target.interval == .seconds(60))
    #expect(target.timeout == .seconds(10))
    #expect(
      target.discoveredLabels
        == LabelSet([
          "__address__": "a:9100", "__metrics_path__": "/metrics", "__scheme__": "http", "__scrape_interval__": "1m",
          "__scrape_timeout__": "10s", "__scrape_native_histograms__": "false",
          "__convert_classic_histograms_to_nhcb__": "false", "__always_scrape_classic_histograms__": "false",
          "job": "node",
        ]))
  }

  /// Group labels, and what the target's labels, URL, interval and timeout become.
  struct Case: Sendable, CustomTestStringConvertible {
    var group: [String: String]
    var labels: [String: String] = ["instance": "a:9100", "job": "node"]
    var url = "http://a:9100/metrics"
    var interval = Duration.seconds(60)
    var timeout = Duration.seconds(10)
    var testDescription: String { "\(group)" }
  }

  @Test(
    "Labels of the group override what the job says",
    arguments: [
      Case(group: ["env": "prod"], labels: ["instance": "a:9100", "job": "node", "env": "prod"]),
      Case(group: ["job": "other"], labels: ["instance": "a:9100", "job": "other"]),
      Case(group: ["job": ""]),
      Case(group: ["instance": "db1"], labels: ["instance": "db1", "job": "node"]),
      Case(group: ["__scheme__": "https"], url: "https://a:9100/metrics"),
      Case(group: ["__metrics_path__": "/probe"], url: "http://a:9100/probe"),
      Case(group: ["__metrics_path__": "probe"], url: "http://a:9100/probe"),
      Case(group: ["__metrics_path__": "/a b%/ü?"], url: "http://a:9100/a%20b%25/%C3%BC%3F"),
      Case(group: ["__param_target": "https://x/?a b"], url: "http://a:9100/metrics?target=https%3A%2F%2Fx%2F%3Fa+b"),
      Case(
        group: ["__scrape_interval__": "1m30s", "__scrape_timeout__": "1m"], interval: .seconds(90),
        timeout: .seconds(60)),
      Case(
        group: ["__scrape_interval__": "15s", "__scrape_timeout__": "15s"], interval: .seconds(15),
        timeout: .seconds(15)),
      Case(group: ["__meta_filepath": "/x", "__meta_zone": "1", "__tmp": "2"]),
      Case(group: ["__address__": "forged:1"]),
    ])
  func groupLabels(row: Case) throws {
    let target = try active(verdict(labels: row.group))
    #expect(target.labels == LabelSet(row.labels))
    #expect(target.url == row.url)
    #expect(target.interval == row.interval)
    #expect(target.timeout == row.timeout)
  }

  @Test("Parameters: all values of the job in name order, the label decides the first")
  func parameters() throws {
    let edit: (inout ScrapeSettings) -> Void = {
      $0.parameters = [
        QueryParameter(name: "module", values: ["http_2xx", "second"]), QueryParameter(name: "empty", values: []),
        QueryParameter(name: "a b", values: ["1&2"]),
      ]
    }
    let target = try active(verdict("a:9100", edit))
    #expect(target.url == "http://a:9100/metrics?a+b=1%262&module=http_2xx&module=second")
    #expect(target.discoveredLabels["__param_module"] == "http_2xx")
    #expect(target.discoveredLabels["__param_empty"] == nil)
    let changed = try active(verdict(labels: ["__param_module": "icmp", "__param_zone": "z"], edit))
    #expect(changed.url == "http://a:9100/metrics?a+b=1%262&module=icmp&module=second&zone=z")
  }

  @Test("The blackbox pattern: the address becomes a parameter, the exporter the address")
  func blackbox() throws {
    let rules = [
      RelabelRule(sourceLabels: ["__address__"], targetLabel: "__param_target"),
      RelabelRule(sourceLabels: ["__param_target"], targetLabel: "instance"),
      RelabelRule(targetLabel: "__address__", replacement: "blackbox:9115"),
    ]
    let target = try active(verdict("https://prometheus.io", rules: rules) { $0.metricsPath = "/probe" })
    #expect(target.url == "http://blackbox:9115/probe?target=https%3A%2F%2Fprometheus.io")
    #expect(target.labels == LabelSet(["instance": "https://prometheus.io", "job": "node"]))
    #expect(target.discoveredLabels["__address__"] == "https://prometheus.io")
  }

  @Test("Relabelling sees meta labels, and can drop")
  func dropped() throws {
    let rules = [
      RelabelRule(sourceLabels: ["__meta_zone"], targetLabel: "zone"),
      RelabelRule(sourceLabels: ["__meta_zone"], regex: "b", action: "drop"),
    ]
    let kept = try active(verdict(labels: ["__meta_zone": "a"], rules: rules))
    #expect(kept.labels == LabelSet(["instance": "a:9100", "job": "node", "zone": "a"]))
    guard case .dropped(let discovered) = try verdict(labels: ["__meta_zone": "b"], rules: rules) else {
      throw TestFailure("expected a dropped target")
    }
    #expect(discovered["__meta_zone"] == "b")
    #expect(discovered["zone"] == nil)
  }

  @Test(
    "What cannot be scraped is invalid, with the reason",
    arguments: [
      ("", [:], "no address"),
      ("a/b", [:], "\"a/b\" is not a valid hostname"),
      ("http://a:9100", [:], "not a valid hostname"),
      ("a", ["__scheme__": "ftp"], "\"ftp\""),
      ("a", ["__scrape_interval__": "often"], "scrape interval \"often\""),
      ("a", ["__scrape_interval__": "0s"], "scrape interval cannot be 0"),
      ("a", ["__scrape_timeout__": "0"], "scrape timeout cannot be 0"),
      ("a", ["__scrape_timeout__": "10"], "scrape timeout \"10\""),
      ("a", ["__scrape_native_histograms__": "yes"], "__scrape_native_histograms__ is \"yes\""),
      ("a", ["__convert_classic_histograms_to_nhcb__": "2"], "__convert_classic_histograms_to_nhcb__ is \"2\""),
      ("a", ["__scrape_interval__": "5s"], "timeout (10s) is greater than the scrape interval (5s)"),
    ] as [(String, [String: String], String)])
  func invalid(address: String, labels: [String: String], reason: String) throws {
    guard case .invalid(_, let text) = try verdict(address, labels: labels) else {
      throw TestFailure("expected an invalid target")
    }
    #expect(text.contains(reason))
  }

  @Test(
    "Each switch of histograms is the job's, and relabelling changes it for one target alone",
    arguments: [
      ("__scrape_native_histograms__", "native"), ("__convert_classic_histograms_to_nhcb__", "convert"),
      ("__always_scrape_classic_histograms__", "keep"),
    ], [false, true])
  func histogramSwitches(label: (name: String, word: String), isOnInJob: Bool) throws {
    func ingestion(_ word: String?, _ isOn: Bool) -> HistogramIngestion {
      var ingestion = HistogramIngestion()
      ingestion.bucketLimit = 7
      ingestion.scrapesNative = word == "native" ? isOn : isOnInJob
      ingestion.convertsClassic = word == "convert" ? isOn : isOnInJob
      ingestion.keepsClassic = word == "keep" ? isOn : isOnInJob
      return ingestion
    }
    let rule = RelabelRule(
      sourceLabels: ["env"], targetLabel: label.name, regex: "x", replacement: isOnInJob ? "F" : "True")
    for env in ["x", "y"] {
      let target = try active(
        verdict(labels: ["env": env], rules: [rule]) { $0.histograms = ingestion(nil, isOnInJob) })
      #expect(target.histograms == ingestion(env == "x" ? label.word : nil, !isOnInJob))
      #expect(target.discoveredLabels[label.name] == "\(isOnInJob)", "before relabelling")
      #expect(target.labels == LabelSet(["env": env, "instance": "a:9100", "job": "node"]))
    }
  }

  @Test("The hash is of the labels and the URL alone, and spreads")
  func spreadHash() throws {
    let first = try active(verdict())
    #expect(first.spreadHash == (try active(verdict(labels: ["__meta_x": "y"]))).spreadHash)
    #expect(first.spreadHash != (try active(verdict(labels: ["__tmp": "y"]))).spreadHash)
    #expect(first.spreadHash != (try active(verdict(labels: ["__metrics_path__": "/m"]))).spreadHash)
    var buckets = [Int](repeating: 0, count: 10)
    for number in 0..<1_000 {
      buckets[Int(try active(verdict("host\(number):9100")).spreadHash >> 32) % 10] += 1
    }
    #expect(buckets.allSatisfy { (60...150).contains($0) }, "\(buckets)")
  }

  @Test(
    "The lane stays when what changes reaches no series, for another shard could overtake what is waiting",
    arguments: ["__metrics_path__": "/m", "__scheme__": "https", "__scrape_interval__": "30s", "__param_x": "y"])
  func lane(name: String, value: String) throws {
    let before = try active(verdict())
    let after = try active(verdict(labels: [name: value]))
    #expect(after.labels == before.labels)
    #expect(after.spreadHash != before.spreadHash)
    #expect(after.lane == before.lane)
    #expect(after.lane != (try active(verdict(labels: ["instance": "other"]))).lane)
  }

  @Test("A group gives one verdict per address, in order")
  func group() throws {
    let builder = TargetBuilder(job: job(), program: try RelabelProgram([]))
    let verdicts = builder.verdicts(on: TargetGroup(addresses: ["a:1", "", "b:2"], labels: LabelSet(["x": "y"])))
    #expect(verdicts.count == 3)
    #expect(try active(verdicts[0]).url == "http://a:1/metrics")
    #expect(try active(verdicts[2]).labels["x"] == "y")
    guard case .invalid = verdicts[1] else { throw TestFailure("an empty address is invalid") }
  }
}
