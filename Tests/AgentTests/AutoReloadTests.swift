import Foundation
import Listening
import Logging
import Telemetry
import Testing

@testable import Agent

@Suite("A configuration that is read again when its files change", .timeLimit(.minutes(2)))
struct AutoReloadTests {
  private static let succeeded = "prometheus_config_last_reload_successful"

  private func waitUntil(_ what: String, _ condition: () -> Bool) async {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() && ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
    #expect(condition(), "\(what)")
  }

  @Test("Changes are taken up, a mistake keeps what runs, and both are told")
  func story() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "reload-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func write(_ text: String, _ name: String) throws {
      try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
    }
    try write("scrape_config_files: ['jobs-*.yml']", "p.yml")
    var options = AgentOptions()
    options.configFile = directory.appending(path: "p.yml").path
    options.storagePath = directory.appending(path: "data").path
    options.listener = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    options.autoReloadInterval = .milliseconds(20)
    let telemetry = MetricsRegistry()
    let agent = try Agent(
      options, telemetry: telemetry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let run = Task { try await agent.run(handlesSignals: false) }
    await waitUntil("it runs") { agent.isReady }
    #expect(telemetry.value(of: Self.succeeded) == 1)

    try write("scrape_configs: [{job_name: one, static_configs: [{targets: ['127.0.0.1:1']}]}]", "jobs-1.yml")
    await waitUntil("a new file is found") { agent.poolsPage().contains(#"["one"]"#) }
    try write("scrape_configs: [{job_name: one, nonsense: 1}]", "jobs-2.yml")
    await waitUntil("a mistake is told") { telemetry.value(of: Self.succeeded) == 0 }
    #expect(agent.poolsPage().contains(#"["one"]"#))
    try write("scrape_configs: [{job_name: two}]", "jobs-2.yml")
    await waitUntil("the correction is taken up") { agent.poolsPage().contains(#"["one","two"]"#) }
    await waitUntil("that is told") { telemetry.value(of: Self.succeeded) == 1 }
    try write("global: {external_labels: {a: b}}", "p.yml")
    await waitUntil("the main file counts") { agent.poolsPage().contains("[]") }
    agent.end(reason: "the test is over")
    try await run.value
  }
}
