import Discovery
import Logging
import MetricModel
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Agent

/// Answers questions for targets, over HTTP and in the DNS, with what the test put there.
private final class ScriptedNetwork: DNSLookup {
  let body = Mutex<Result<DiscoveryAnswer, DiscoveryFailure>>(.failure(DiscoveryFailure("refused")))
  /// The addresses that the job was handed last.
  let found = Mutex<[String]?>(nil)
  let records = Mutex<Result<[DNSRecord], DiscoveryFailure>>(.failure(DiscoveryFailure("silent")))

  func answer(_ text: String) {
    body.withLock {
      $0 = .success(DiscoveryAnswer(status: 200, contentType: "application/json", body: Array(text.utf8)))
    }
  }

  func records(of name: String, type: DNSRecordType) async -> Result<[DNSRecord], DiscoveryFailure> {
    records.withLock { $0 }
  }
}

@Suite("The sources of a job's targets", .timeLimit(.minutes(10)))
struct DiscoverySourcesTests {
  private let network = ScriptedNetwork()
  private let telemetry = MetricsRegistry()

  private func start(_ job: ScrapeSettings) -> DiscoveryScheduler {
    let metrics = DiscoveryMetrics(registry: telemetry)
    let sources = DiscoverySources(
      fetch: { [network] _, _, _, _ in network.body.withLock { $0 } }, lookup: network, metrics: metrics,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let scheduler = DiscoveryScheduler(interval: .milliseconds(1)) { metrics.note($0) }
    scheduler.run(job.jobName, sources: sources.sources(of: job)) { [network] groups in
      network.found.withLock { $0 = groups.flatMap(\.addresses) }
    }
    return scheduler
  }

  /// For a condition that comes at once, unless other tests keep every thread busy: then it takes as long as they do.
  private static let patience: Duration = .seconds(180)

  private func wait(for addresses: [String]) async {
    let deadline = ContinuousClock.now + Self.patience
    while network.found.withLock({ $0 }) != addresses && ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(1))
    }
    #expect(network.found.withLock { $0 } == addresses)
  }

  private func waitUntil(_ name: String, is value: Double, _ labels: [(String, String)] = []) async {
    let deadline = ContinuousClock.now + Self.patience
    func current() -> Double { telemetry.value(of: name, labels: labels) ?? 0 }
    while current() < value && ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(1)) }
    #expect(current() >= value, "\(name)")
  }

  @Test("A server's list is taken up, groups that are no longer in it go, and a failure keeps the last list")
  func server() async {
    var job = ScrapeSettings(jobName: "j")
    var server = HTTPDiscoverySettings(url: "http://h/")
    server.refreshInterval = .milliseconds(5)
    job.httpDiscoveries = [server]
    let scheduler = start(job)
    await waitUntil("prometheus_sd_http_failures_total", is: 2)
    #expect(network.found.withLock { $0 } == nil, "nothing is known, so nothing is said")
    network.answer(#"[{"targets": ["a:1", "a:2"]}, {"targets": ["b:1"], "labels": {"x": "y"}}]"#)
    await wait(for: ["a:1", "a:2", "b:1"])
    let before = telemetry.value(of: "prometheus_sd_http_failures_total") ?? 0
    network.answer(#"[{"targets": "a:1"}]"#)
    await waitUntil("prometheus_sd_http_failures_total", is: before + 3)
    #expect(network.found.withLock { $0 } == ["a:1", "a:2", "b:1"])
    network.answer(#"[{"targets": ["a:2"]}]"#)
    await wait(for: ["a:2"])
    #expect(
      telemetry.value(of: "prometheus_sd_discovered_targets", labels: [("name", "scrape"), ("config", "j")]) == 1)
    network.answer("null")
    await wait(for: [])
    await waitUntil(
      "prometheus_sd_refresh_failures_total", is: before + 3, [("mechanism", "http"), ("config", "j")])
    scheduler.endAll()
  }

  @Test("Names are looked up again and again, and counted")
  func names() async {
    var job = ScrapeSettings(jobName: "j")
    var names = DNSDiscoverySettings(names: ["n"])
    (names.type, names.port, names.refreshInterval) = (.a, 80, .milliseconds(5))
    job.dnsDiscoveries = [names]
    job.staticTargets = [TargetGroup(addresses: ["s:1"], labels: LabelSet())]
    let scheduler = start(job)
    await wait(for: ["s:1"])
    await waitUntil("prometheus_sd_dns_lookup_failures_total", is: 2)
    network.records.withLock { $0 = .success([.address("192.0.2.1")]) }
    await wait(for: ["s:1", "192.0.2.1:80"])
    network.records.withLock { $0 = .success([]) }
    await wait(for: ["s:1"])
    await waitUntil("prometheus_sd_dns_lookups_total", is: 4)
    scheduler.endAll()
  }
}
