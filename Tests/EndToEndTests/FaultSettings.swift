/// The configuration of the agent under faults: what a reload changes of it, and its text.
struct FaultSettings {
  struct Endpoint {
    var name: String
    var url: String
    var message: String
    /// `max_samples_per_send`
    var batch = 500
    var capacity = 2500
    var deadlineMs = 200
    var timeoutSeconds: Int
    var minShards = 1
    var maxShards = 2
  }

  static let healthy = "healthy"
  static let troubled = "troubled"
  static let intervalMs = 200

  var endpoints: [Endpoint]
  /// Which of the pages beside the rig's a job of its own scrapes; nil without the job.
  var aside: Int?
  /// Where the pages are, as a target is written.
  var address = ""
  var targets: Int

  subscript(name: String) -> Endpoint {
    get { endpoints.first { $0.name == name } ?? endpoints[0] }
    set {
      for index in endpoints.indices where endpoints[index].name == name { endpoints[index] = newValue }
    }
  }

  /// Changes what `reload` is about to another value.
  mutating func change(_ reload: FaultReload, of name: String) {
    switch reload {
    case .batch: self[name].batch = Self.next(self[name].batch, of: [500, 200, 1000])
    case .capacity: self[name].capacity = Self.next(self[name].capacity, of: [2500, 500, 10_000])
    case .deadline: self[name].deadlineMs = Self.next(self[name].deadlineMs, of: [200, 50, 400])
    // The healthy one's is so long that a busy machine does not look like a lost answer.
    case .timeout:
      let isHealthy = name == Self.healthy
      self[name].timeoutSeconds = Self.next(self[name].timeoutSeconds, of: isHealthy ? [30, 40] : [1, 2])
    case .aside: aside = aside == nil ? 0 : aside == 0 ? 1 : nil
    case .shards:
      let count = self[name].minShards % 3 + 1
      self[name].minShards = count
      self[name].maxShards = count
    case .broken: break
    }
  }

  private static func next(_ value: Int, of values: [Int]) -> Int {
    let place = values.firstIndex(of: value) ?? 0
    return values[(place + 1) % values.count]
  }

  var text: String {
    let writes = endpoints.map { endpoint in
      """
      - name: \(endpoint.name)
        url: \(endpoint.url)
        protobuf_message: \(endpoint.message)
        remote_timeout: \(endpoint.timeoutSeconds)s
        queue_config:
          max_samples_per_send: \(endpoint.batch)
          capacity: \(endpoint.capacity)
          batch_send_deadline: \(endpoint.deadlineMs)ms
          min_shards: \(endpoint.minShards)
          max_shards: \(endpoint.maxShards)
          min_backoff: 30ms
          max_backoff: 300ms
          retry_on_http_429: true

      """
    }
    let groups = (0..<targets).map { number in
      "  - {targets: [\"\(address)\"], labels: {instance: \"\(RigPages.instance(number))\", "
        + "__metrics_path__: /target/\(number)}}\n"
    }
    let other =
      aside.map { number in
        "- job_name: aside\n  metrics_path: /aside/\(number)\n"
          + "  static_configs: [{targets: [\"\(address)\"]}]\n"
      } ?? ""
    return """
      global: {scrape_interval: \(Self.intervalMs)ms, scrape_timeout: \(Self.intervalMs)ms}
      remote_write:
      \(writes.joined())
      scrape_configs:
      - job_name: rig
        static_configs:
      \(groups.joined())
      \(other)
      """
  }

  /// The text with a key that nobody knows.
  var brokenText: String { text + "\nscrape_intervall: 1s\n" }
}
