import Agent
import ArgumentParser
import DurableLog
import Foundation
import Listening
import Logging
import RemoteWriteProtocol
import Settings
import Telemetry

/// `godwit agent`: flags are Prometheus's, so a unit file of its agent mode works with the program's name changed.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Scrape, keep in a log on disk, and ship by remote write.",
    discussion: """
      Reads a prometheus.yml as Prometheus in agent mode does. Every sample is in the log before it counts as taken, and \
      leaves it when the endpoint has acknowledged it, through restarts and outages of any length.

      SIGHUP reads the configuration again. SIGTERM and SIGINT deliver what the endpoints take within the flush \
      deadline and exit 0; the rest is sent after the next start.

      Every flag of Prometheus in agent mode is known. Those that mean nothing here are taken, and each is named at \
      start with the reason; flags of its server mode end the program with 3.

      Durations are written as in 1h30m, 90s or 500ms, sizes as in 512MB or 10GB, in powers of 1024. Exits 2 when it \
      cannot start, and says why.

      Examples:
        godwit agent --config.file=prometheus.yml --storage.agent.path=/var/lib/godwit
        godwit agent --config.file=prometheus.yml --web.enable-remote-write-receiver --web.listen-address=127.0.0.1:9090
        godwit agent --storage.log.max-bytes=20GB --storage.log.at-cap=refuse-new --storage.remote.flush-deadline=2m
        godwit agent --godwit.config=/etc/godwit/godwit.yml --config.auto-reload --log.format=json
      """, version: Godwit.version)

  @Option(
    name: .customLong("config.file"), help: "Prometheus configuration file.",
    completion: .file(extensions: ["yml", "yaml"]))
  var configFile = "prometheus.yml"

  @Option(
    name: .customLong("godwit.config"),
    help: "File that says what a prometheus.yml has no word for: bounds of endpoints and the like.",
    completion: .file(extensions: ["yml", "yaml"]))
  var deliveryFile: String?

  @Flag(
    name: .customLong("config.auto-reload"), help: "Read the configuration again when one of its files has changed.")
  var autoReload = false

  @Option(
    name: .customLong("config.auto-reload-interval"),
    help: "How often the files are looked at with --config.auto-reload or --enable-feature=auto-reload-config.")
  var autoReloadInterval = DurationArgument(.seconds(30), "30s")

  @Option(name: .customLong("storage.agent.path"), help: "Directory of the log.", completion: .directory)
  var storagePath = "data-agent/"

  @Option(
    name: .customLong("web.listen-address"),
    help: "Address for the agent's pages, may be repeated; port 0 takes a free one.")
  var listenAddresses: [ListeningAddress] = []

  @Option(name: .customLong("web.page-title"), help: "Title of the front page.")
  var pageTitle = "Prometheus Time Series Collection and Processing Server"

  @Flag(name: .customLong("web.enable-lifecycle"), help: "Allow reload and shutdown by HTTP request.")
  var enableLifecycle = false

  @Flag(
    name: .customLong("web.enable-remote-write-receiver"),
    help: "Take remote write requests at /api/v1/write and /api/v1/push.")
  var enableRemoteWriteReceiver = false

  @Option(
    name: .customLong("web.remote-write-receiver.accepted-protobuf-messages"),
    help: "Messages to take: prometheus.WriteRequest, io.prometheus.write.v2.Request; repeatable, or with commas.")
  var acceptedMessages: [MessagesArgument] = []

  @Option(
    name: .customLong("storage.remote.flush-deadline"), help: "How long a shutdown may go on delivering.")
  var flushDeadline = DurationArgument(.seconds(60), "1m")

  @Option(name: .customLong("storage.agent.wal-segment-size"), help: "Size at which a segment of the log is closed.")
  var segmentSize = SizeArgument(128 << 20, "128MB")

  @Option(
    name: .customLong("storage.agent.retention.max-time"),
    help: "How long samples wait for an endpoint before they expire; 0 means without end.")
  var retentionMaxTime = DurationArgument(.zero, "0")

  @Option(
    name: .customLong("storage.log.max-bytes"),
    help: "Disk that the log may take, see --storage.log.at-cap; 0 means without bound.")
  var logMaxBytes = SizeArgument(0, "0")

  @Option(
    name: .customLong("storage.log.at-cap"),
    help: "At --storage.log.max-bytes: drop-oldest lets the oldest samples expire, refuse-new takes no new ones.")
  var logAtCap = CapPolicy.dropOldest

  @Option(
    name: .customLong("storage.log.sync-interval"),
    help: "What a power cut may cost at most; 0 means nothing: every write is confirmed; never leaves it to the system."
  )
  var syncPolicy = SyncArgument(.interval(.seconds(1)), "1s")

  @OptionGroup(title: "Logging")
  var logging: LoggingFlags

  @OptionGroup(title: "The web")
  var web: WebFlags

  func run() async throws { try await run(ReferenceArguments()) }

  /// - Parameter reference: the command line as Prometheus would have read it.
  func run(_ reference: ReferenceArguments) async throws {
    Agent.takeSharedTasks()
    let logger = logging.logger
    for note in reference.notes {
      let metadata: Logger.Metadata = ["flag": "\(note.subject)", "reason": "\(note.reason)"]
      switch note.level {
      case .information: logger.info("A flag has no effect here", metadata: metadata)
      case .warning: logger.warning("A flag is not known", metadata: metadata)
      }
    }
    do {
      let security = try web.security(logger: logger)
      let agent = try Agent(options(reference), security: security, logger: logger)
      try await agent.run()
    } catch {
      FileHandle.standardError.write(Data("godwit agent: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }

  private func options(_ reference: ReferenceArguments) -> AgentOptions {
    var options = AgentOptions()
    options.configFile = configFile
    options.extraScrapeMetrics = reference.addsScrapeMetrics
    options.storagePath = storagePath
    options.listener = web.options(addresses)
    options.pageTitle = pageTitle
    options.enableLifecycle = enableLifecycle
    if autoReload || reference.reloadsAutomatically {
      options.autoReloadInterval = max(.seconds(1), autoReloadInterval.duration)
    }
    options.enableRemoteWriteReceiver = enableRemoteWriteReceiver
    if !acceptedMessages.isEmpty { options.acceptedMessages = Set(acceptedMessages.flatMap(\.versions)) }
    options.flushDeadline = flushDeadline.duration
    options.segmentBytesMax = segmentSize.bytes
    options.deliveryFile = deliveryFile
    options.logBounds.ageMax = retentionMaxTime.duration
    options.logBounds.bytesMax = logMaxBytes.bytes
    options.logBounds.atCap = logAtCap
    options.syncPolicy = syncPolicy.policy
    options.flags = reference.shown(own: flags)
    return options
  }

  private var addresses: [ListeningAddress] {
    listenAddresses.isEmpty ? [ListeningAddress(host: "0.0.0.0", port: 9090)] : listenAddresses
  }

  private var shownMessages: String {
    let given = Set(acceptedMessages.flatMap(\.versions))
    return WriteMessageVersion.allCases.filter { given.isEmpty || given.contains($0) }.map(\.messageName)
      .joined(separator: ",")
  }

  private var flags: [(name: String, value: String)] {
    web.shown + [
      ("config.auto-reload", "\(autoReload)"), ("config.auto-reload-interval", "\(autoReloadInterval)"),
      ("config.file", configFile),
      ("godwit.config", deliveryFile ?? ""), ("log.format", logging.format.rawValue),
      ("log.level", logging.level.rawValue), ("storage.agent.path", storagePath),
      ("storage.agent.retention.max-time", "\(retentionMaxTime)"),
      ("storage.agent.wal-segment-size", "\(segmentSize)"), ("storage.log.at-cap", logAtCap.rawValue),
      ("storage.log.max-bytes", "\(logMaxBytes)"), ("storage.log.sync-interval", "\(syncPolicy)"),
      ("storage.remote.flush-deadline", "\(flushDeadline)"), ("web.enable-lifecycle", "\(enableLifecycle)"),
      ("web.enable-remote-write-receiver", "\(enableRemoteWriteReceiver)"),
      ("web.listen-address", addresses.map(\.description).joined(separator: ",")), ("web.page-title", pageTitle),
      ("web.remote-write-receiver.accepted-protobuf-messages", shownMessages),
    ]
  }
}
