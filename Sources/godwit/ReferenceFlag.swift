import Settings

/// A flag of Prometheus and what becomes of it here.
struct ReferenceFlag: Sendable {
  enum Kind: Sendable {
    case boolean, text, duration, size, integer, decimal
    /// One of some words.
    case word([String])
  }

  enum Meaning: Equatable, Sendable {
    /// It does here what it does there.
    case works
    /// It is taken, and said at start to do nothing, for this reason.
    case noEffect(String)
    /// The agent does not start with it, for this reason; doing nothing would be something other than what it says.
    case refused(String)
    /// Prometheus refuses it in agent mode, and so does this.
    case serverOnly
  }

  var name: String
  var kind: Kind
  /// As `/api/v1/status/flags` shows it when it is not given.
  var standard: String
  var meaning: Meaning
  var isRepeatable = false

  /// The flag called `name`.
  static func named(_ name: String) -> ReferenceFlag? { byName[name] }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  /// Why `text` is not a value of the flag; nil when it is one.
  func problem(with text: String) -> String? {
    switch kind {
    case .text: return nil
    case .boolean: return ["true", "false"].contains(text) ? nil : "not a valid boolean: \"\(text)\""
    case .duration: return DurationArgument(argument: text) == nil ? "not a valid duration string: \"\(text)\"" : nil
    case .size: return SizeArgument(argument: text) == nil ? "not a valid size: \"\(text)\"" : nil
    case .integer: return Int(text) == nil ? "not a whole number: \"\(text)\"" : nil
    case .decimal: return Double(text) == nil ? "not a number: \"\(text)\"" : nil
    case .word(let words):
      return words.contains(text) ? nil : "must be one of \(words.joined(separator: ",")), got \"\(text)\""
    }
  }
}

extension ReferenceFlag {
  /// The flags of Prometheus 3, hidden ones too, in the order of its reference.
  static let all: [ReferenceFlag] = shared + agentOnly + serverOnlyFlags

  private static func flag(
    _ name: String, _ kind: Kind, _ standard: String = "", _ meaning: Meaning = .works, repeatable: Bool = false
  ) -> ReferenceFlag {
    ReferenceFlag(name: name, kind: kind, standard: standard, meaning: meaning, isRepeatable: repeatable)
  }

  private static let noRuntime = Meaning.noEffect("there is no Go runtime to be told; memory is not collected")
  private static let noConsole = Meaning.noEffect("an agent has no queries and so no consoles")
  private static let noCompression = Meaning.noEffect("the log is not compressed; requests are")
  private static let noCheckpoint = Meaning.noEffect("the log has no checkpoints")
  private static let trimmedWhenDelivered = Meaning.noEffect("segments go when every endpoint has them")

  private static let shared: [ReferenceFlag] = [
    flag("config.file", .text, "prometheus.yml"),
    flag("config.auto-reload-interval", .duration, "30s"),
    flag("web.listen-address", .text, "0.0.0.0:9090", repeatable: true),
    flag("auto-gomaxprocs", .boolean, "true", noRuntime),
    flag("auto-gomemlimit", .boolean, "true", noRuntime),
    flag("auto-gomemlimit.ratio", .decimal, "0.9", noRuntime),
    flag("web.config.file", .text),
    flag("web.read-timeout", .duration, "5m"),
    flag("web.max-connections", .integer, "512"),
    flag("web.max-notifications-subscribers", .integer, "16", .noEffect("there are no live notifications")),
    flag("web.external-url", .text),
    flag("web.route-prefix", .text),
    flag("web.user-assets", .text, "", .noEffect("there is no web interface that could use them")),
    flag("web.enable-lifecycle", .boolean, "false"),
    flag("web.enable-admin-api", .boolean, "false", .noEffect("it is about the database, which an agent has not")),
    flag("web.enable-remote-write-receiver", .boolean, "false"),
    flag("web.remote-write-receiver.accepted-protobuf-messages", .text, "", repeatable: true),
    flag(
      "web.enable-otlp-receiver", .boolean, "false",
      .refused("OTLP is not taken here; senders would lose what they send")),
    flag("web.console.templates", .text, "consoles", noConsole),
    flag("web.console.libraries", .text, "console_libraries", noConsole),
    flag("web.page-title", .text, "Prometheus Time Series Collection and Processing Server"),
    flag(
      "web.cors.origin", .text, ".*", .noEffect("answers carry no CORS headers, so pages of others cannot read them")),
    flag("storage.remote.flush-deadline", .duration, "1m"),
    flag("scrape.adjust-timestamps", .boolean, "true", .noEffect("samples carry the time at which they were read")),
    flag("scrape.timestamp-tolerance", .text, "2ms", .noEffect("samples carry the time at which they were read")),
    flag("scrape.discovery-reload-interval", .duration, "5s", .noEffect("targets change when their source does")),
    flag("enable-feature", .text, "", repeatable: true),
    flag("agent", .boolean, "true"),
    flag("log.level", .word(["debug", "info", "warn", "error"]), "info"),
    flag("log.format", .word(["logfmt", "json"]), "logfmt"),
  ]

  private static let agentOnly: [ReferenceFlag] = [
    flag("storage.agent.path", .text, "data-agent/"),
    flag("storage.agent.wal-segment-size", .size, "128MB"),
    flag("storage.agent.wal-compression", .boolean, "true", noCompression),
    flag("storage.agent.wal-compression-type", .word(["snappy", "zstd"]), "snappy", noCompression),
    flag("storage.agent.wal-truncate-frequency", .duration, "2h", trimmedWhenDelivered),
    flag("storage.agent.retention.min-time", .duration, "5m", trimmedWhenDelivered),
    flag("storage.agent.retention.max-time", .duration, "0"),
    flag(
      "storage.agent.no-lockfile", .boolean, "false", .noEffect("the lock ends with the process and leaves nothing")),
    flag("storage.agent.checkpoint-from-in-memory-series", .boolean, "false", noCheckpoint),
    flag("storage.agent.checkpoint-batch-size", .integer, "1000", noCheckpoint),
  ]

  private static let serverOnlyFlags: [ReferenceFlag] =
    ([
      ("storage.tsdb.no-lockfile", .boolean), ("storage.tsdb.allow-overlapping-compaction", .boolean),
      ("storage.tsdb.wal-compression", .boolean), ("alertmanager.drain-notification-queue-on-shutdown", .boolean),
    ]
    + [
      "storage.tsdb.path", "storage.tsdb.min-block-duration", "storage.tsdb.max-block-duration",
      "storage.tsdb.max-block-chunk-segment-size", "storage.tsdb.wal-segment-size", "storage.tsdb.retention.time",
      "storage.tsdb.retention.size", "storage.tsdb.wal-compression-type", "storage.tsdb.head-chunks-write-queue-size",
      "storage.tsdb.samples-per-chunk", "storage.tsdb.delayed-compaction.max-percent",
      "storage.tsdb.delay-compact-file.path", "storage.tsdb.block-reload-interval",
      "storage.remote.read-sample-limit", "storage.remote.read-concurrent-limit",
      "storage.remote.read-max-bytes-in-frame", "rules.alert.for-outage-tolerance", "rules.alert.for-grace-period",
      "rules.alert.resend-delay", "rules.max-concurrent-evals", "alertmanager.notification-queue-capacity",
      "alertmanager.notification-batch-size", "query.lookback-delta", "query.timeout", "query.max-concurrency",
      "query.max-samples",
    ].map { ($0, Kind.text) }).map { flag($0.0, $0.1, "", .serverOnly) }
}
