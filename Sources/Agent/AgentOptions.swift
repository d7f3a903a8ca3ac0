public import DurableLog
public import Listening
public import RemoteWriteProtocol
public import Settings

/// What the command line says. The names follow Prometheus's flags.
public struct AgentOptions: Sendable {
  /// `--config.file`
  public var configFile = "prometheus.yml"
  /// `--godwit.config`: the file that says what Prometheus has no word for; nil without one.
  public var deliveryFile: String?
  /// `--config.auto-reload-interval`: how often the configuration's files are looked at, to be read again when they
  /// changed; nil for never.
  public var autoReloadInterval: Duration?
  /// `--enable-feature=extra-scrape-metrics`: what `extra_scrape_metrics` of `global` is where the file does not say.
  public var extraScrapeMetrics = false
  /// `--storage.agent.path`: the directory of the log.
  public var storagePath = "data-agent/"
  /// `--web.listen-address` and what else `--web.…` says about connections.
  public var listener = ListenerOptions([ListeningAddress(host: "0.0.0.0", port: 9090)])
  /// `--web.page-title`
  public var pageTitle = "Godwit agent"
  /// `--web.enable-lifecycle`: whether `/-/reload` and `/-/quit` work.
  public var enableLifecycle = false
  /// `--web.enable-remote-write-receiver`: whether others may push to the agent.
  public var enableRemoteWriteReceiver = false
  /// `--web.remote-write-receiver.accepted-protobuf-messages`: what they may push; anything else is refused with 415.
  public var acceptedMessages: Set<WriteMessageVersion> = [.v1, .v2]
  /// `--storage.remote.flush-deadline`: how long a shutdown may go on delivering.
  public var flushDeadline: Duration = .seconds(60)
  /// `--storage.agent.wal-segment-size`, in bytes.
  public var segmentBytesMax: UInt64 = 128 << 20
  /// Bounds of the whole log: `--storage.log.max-bytes`, the disk it may take; `--storage.log.at-cap`, what happens
  /// there; `--storage.agent.retention.max-time`, how long unsent samples are kept.
  public var logBounds = BacklogBounds()
  /// `--storage.log.sync-interval`: what a power cut can cost at most.
  public var syncPolicy: SyncPolicy = .interval(.seconds(1))
  /// All flags with their values, for `/api/v1/status/flags`.
  public var flags: [(name: String, value: String)] = []

  public init() {}
}

extension LogSettings {
  /// The settings of a log with what the command line and the endpoints' bounds ask for. Bounds that a reload brings
  /// are kept with the segments that the start chose.
  init(_ options: AgentOptions, endpoints: [EndpointSettings]) {
    self.init()
    let segments = SegmentBounds(
      bytesMax: options.segmentBytesMax, ageMaxMs: segmentAgeMaxMs,
      bounds: [options.logBounds] + endpoints.map(\.delivery.backlog))
    segmentBytesMax = segments.bytesMax
    segmentAgeMaxMs = segments.ageMaxMs
    syncPolicy = options.syncPolicy
  }
}
