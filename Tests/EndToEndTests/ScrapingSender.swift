/// Another agent that scrapes and writes: how it is started, and what it knows.
enum ScrapingSender: String, Sendable, CaseIterable {
  case prometheus, vmagent

  /// The series that it has of each target beside the target's own.
  var reportNames: Set<String> {
    let names: Set = [
      "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
      "scrape_series_added",
    ]
    return self == .vmagent ? names.union(["scrape_timeout_seconds"]) : names
  }

  /// Whether it sends exemplars, metadata and native histograms.
  var sendsMore: Bool { self == .prometheus }

  /// Starts it with one job for each of `targets`, called `site0`, `site1` and so on, read every second.
  func start(in world: World, targets: [Site], writeURL: String) throws -> Program {
    let jobs = targets.enumerated().map {
      "- {job_name: site\($0.offset), static_configs: [{targets: [\"\($0.element.address)\"]}]}\n"
    }
    let write = """
      remote_write:
      - url: \(writeURL)
        send_exemplars: true
        send_native_histograms: true
        metadata_config: {send: true, send_interval: 1s}
        queue_config: {batch_send_deadline: 200ms}

      """
    try world.write(
      """
      global: {scrape_interval: 1s, scrape_timeout: 1s, external_labels: {sender: "\(rawValue)"}}
      \(sendsMore ? write : "")scrape_configs:
      \(jobs.joined())
      """, to: "\(rawValue).yml")
    let (config, data) = (world.path("\(rawValue).yml"), world.path("\(rawValue)-data"))
    let address = "127.0.0.1:\(try freePort())"
    let arguments =
      switch self {
      case .prometheus:
        [
          "--enable-feature=agent,native-histograms,exemplar-storage", "--config.file=\(config)",
          "--storage.agent.path=\(data)", "--web.listen-address=\(address)",
        ]
      case .vmagent:
        [
          "-promscrape.config=\(config)", "-remoteWrite.url=\(writeURL)", "-remoteWrite.tmpDataPath=\(data)",
          "-httpListenAddr=\(address)", "-remoteWrite.flushInterval=200ms",
        ]
      }
    return try world.start(rawValue, try World.service(rawValue), arguments)
  }
}
