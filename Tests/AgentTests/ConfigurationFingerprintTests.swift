import AgentConfiguration
import Diagnostics
import Foundation
import Settings
import Testing
@testable import Agent

/// A directory with the files of a configuration.
private final class Files {
  let directory = FileManager.default.temporaryDirectory.appending(path: "fingerprint-\(UUID().uuidString)")
  var main: String { path("p.yml") }

  init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String) -> String { directory.appending(path: name).path }
  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// What is found when the files are looked at, beside what was loaded.
  func found(by loaded: LoadedConfiguration, deliveryFile: String? = nil) -> ConfigurationFingerprint? {
    .current(
      of: main, deliveryFile: deliveryFile, patterns: loaded.settings.scrapeFilePatterns,
      files: LocalConfigurationFiles())
  }
}

@Suite("Whether the files of a configuration have changed")
struct ConfigurationFingerprintTests {
  @Test("The flag for more metrics of each scrape holds where the file does not say")
  func extraScrapeMetrics() throws {
    let files = try Files()
    var options = AgentOptions()
    options.configFile = files.main
    func switches(_ global: String) throws -> [Bool] {
      let jobs = "[{job_name: a}, {job_name: b, extra_scrape_metrics: false}]"
      try files.write("\(global)\nscrape_configs: \(jobs)\nscrape_config_files: [jobs.yml]", "p.yml")
      try files.write("scrape_configs: [{job_name: c}]", "jobs.yml")
      return try LoadedConfiguration(options).settings.scrapes.map(\.extraScrapeMetrics)
    }
    #expect(try switches("") == [false, false, false])
    options.extraScrapeMetrics = true
    #expect(try switches("") == [true, false, true])
    #expect(try switches("global: {scrape_interval: 5s}") == [true, false, true])
    #expect(try switches("global: {extra_scrape_metrics: false}") == [false, false, false])
  }

  @Test("Any file that is read counts, and files that appear and go; files that are not read do not")
  func files() throws {
    let files = try Files()
    let delivery = files.path("godwit.yml")
    try files.write("scrape_config_files: [jobs-*.yml]\nremote_write: [{name: a, url: http://h}]", "p.yml")
    try files.write("endpoints: [{name: a}]", "godwit.yml")
    try files.write("scrape_configs: [{job_name: one}]", "jobs-1.yml")
    let loaded = try LoadedConfiguration(path: files.main, deliveryFile: delivery)
    #expect(loaded.settings.scrapes.map(\.jobName) == ["one"])
    func hasChanged() -> Bool { files.found(by: loaded, deliveryFile: delivery) != loaded.fingerprint }
    #expect(!hasChanged())
    try files.write("something else", "other.yml")
    #expect(!hasChanged())
    let changes = [
      ("p.yml", "# other\n"), ("godwit.yml", "endpoints: []"), ("jobs-1.yml", "scrape_configs: []"), ("jobs-2.yml", ""),
    ]
    for (name, text) in changes {
      let before = try? String(contentsOfFile: files.path(name), encoding: .utf8)
      try files.write(text, name)
      #expect(hasChanged(), "\(name)")
      if let before {
        try files.write(before, name)
      } else {
        try FileManager.default.removeItem(atPath: files.path(name))
      }
      #expect(!hasChanged(), "\(name)")
    }
    try FileManager.default.removeItem(atPath: files.path("jobs-1.yml"))
    #expect(hasChanged())
    try FileManager.default.removeItem(atPath: files.main)
    #expect(files.found(by: loaded, deliveryFile: delivery) == nil)
  }

  @Test("What differs, cannot be read or failed the last time is loaded again, and nothing else")
  func decision() {
    var other = ConfigurationFingerprint()
    other.note("a", of: "/a")
    let running = ConfigurationFingerprint()
    func asks(_ found: ConfigurationFingerprint?, _ failed: Bool = false) -> Bool {
      ConfigurationFingerprint.asksForReload(running: running, found: found, lastLoadFailed: failed)
    }
    #expect(!asks(running) && asks(other) && asks(nil) && asks(running, true))
  }

  @Test("A warning does not keep a configuration from being loaded")
  func warnings() throws {
    let files = try Files()
    try files.write("tracing: {endpoint: e}", "p.yml")
    let loaded = try LoadedConfiguration(path: files.main)
    #expect(loaded.warnings.map(\.id) == ["GW130"])
  }
}
