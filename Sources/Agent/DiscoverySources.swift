import AgentConfiguration
import Diagnostics
import Discovery
import Logging
import Settings
import Telemetry

/// Makes the sources of a job's targets, and says what they meet.
struct DiscoverySources: Sendable {
  /// How long a file's targets outlive it: long enough for one that is deleted and written anew, short enough for one
  /// that was meant to go.
  private static let vanishedFilePatience: Duration = .seconds(5)

  let fetch: HTTPDiscovery.Fetch
  let lookup: any DNSLookup
  let metrics: DiscoveryMetrics
  let logger: Logger

  func sources(of job: ScrapeSettings) -> [DiscoveryScheduler.Source] {
    job.discoveries.map { settings in
      DiscoveryScheduler.Source(key: settings) { source(settings, job: job.jobName) }
    }
  }

  private func source(_ settings: DiscoverySettings, job: String) -> any DiscoverySource {
    switch settings {
    case .list(let groups): return StaticDiscovery(groups: groups)
    case .files(let files):
      return FileDiscovery(
        settings: files, vanishedFile: .keptFor(Self.vanishedFilePatience), parse: Self.parse,
        report: { report($0, job: job) })
    case .http(let server):
      let ask = HTTPDiscovery.asker(
        server, fetch: fetch, parse: Self.parse(answer:from:), noteFailure: { metrics.httpFailures.add(1) })
      return PeriodicDiscovery(
        parts: [HTTPDiscovery.name(of: server)], interval: server.refreshInterval, ask: ask,
        report: { report($0, mechanism: "http", job: job) })
    case .dns(let names):
      let ask = DNSDiscovery.asker(names, lookup: lookup) { failed in
        metrics.dnsLookups.add(1)
        if failed { metrics.dnsLookupFailures.add(1) }
      }
      return PeriodicDiscovery(
        parts: names.names, interval: names.refreshInterval, ask: ask,
        report: { report($0, mechanism: "dns", job: job) })
    }
  }

  // MARK: - Words

  private func report(_ event: FileDiscoveryEvent, job: String) {
    if event.isReadError { metrics.fileReadErrors.add(1) }
    logger.log(
      level: event.level, "\(event.sentence)", metadata: ["scrape_pool": "\(job)", "file": "\(event.path)"])
  }

  private func report(_ event: RefreshEvent, mechanism: String, job: String) {
    switch event {
    case .refreshed(let took, let failures):
      metrics.noteRefresh(mechanism: mechanism, job: job, took: took, failures: failures)
    case .unusable(let part, let reason):
      logger.error(
        "A source of targets brought nothing usable; its last good targets stay",
        metadata: ["scrape_pool": "\(job)", "mechanism": "\(mechanism)", "source": "\(part)", "cause": "\(reason)"])
    case .recovered(let part):
      logger.notice(
        "A source of targets is good again",
        metadata: ["scrape_pool": "\(job)", "mechanism": "\(mechanism)", "source": "\(part)"])
    }
  }

  // MARK: - Documents

  private static func parse(_ bytes: [UInt8], _ path: String) -> Result<[TargetGroup], DiscoveryFileError> {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(DiscoveryFileError("the file is not UTF-8"))
    }
    let result = TargetFile.read(text: text, path: path)
    if let groups = result.groups { return .success(groups) }
    return .failure(DiscoveryFileError(result.errors.map(\.text).joined(separator: "; ")))
  }

  private static func parse(
    answer bytes: [UInt8], from name: String
  ) -> Result<[TargetGroup], DiscoveryFailure> {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(DiscoveryFailure("the answer is not UTF-8"))
    }
    let result = TargetFile.read(text: text, path: name, isJSON: true)
    if let groups = result.groups { return .success(groups) }
    // The first few: a server that answers with something else entirely makes a mistake in every line.
    return .failure(DiscoveryFailure(result.errors.prefix(3).map(\.text).joined(separator: "; ")))
  }
}

extension FileDiscoveryEvent {
  fileprivate var level: Logger.Level {
    switch self {
    case .unusable, .vanished: .warning
    case .forgotten, .recovered: .notice
    }
  }

  fileprivate var isReadError: Bool { if case .unusable = self { true } else { false } }

  fileprivate var path: String {
    switch self {
    case .unusable(let path, _), .vanished(let path), .forgotten(let path), .recovered(let path): path
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .unusable(_, let reason): "A file of targets cannot be used; its last good targets stay. \(reason)"
    case .vanished: "A file of targets is gone; its targets stay for a moment in case it comes back"
    case .forgotten: "The targets of a file that is gone are given up"
    case .recovered: "A file of targets is good again"
    }
  }
}
