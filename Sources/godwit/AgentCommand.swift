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
      """)

  @Option(name: .customLong("config.file"), help: "Prometheus configuration file.")
  var configFile = "prometheus.yml"

  @Option(
    name: .customLong("godwit.config"),
    help: "File that says what a prometheus.yml has no word for: bounds of endpoints and the like.")
  var deliveryFile: String?

  @Option(name: .customLong("storage.agent.path"), help: "Directory of the log.")
  var storagePath = "data-agent/"

  @Option(name: .customLong("web.listen-address"), help: "Address for the agent's pages; port 0 takes a free one.")
  var listenAddress = ListeningAddress(host: "0.0.0.0", port: 9090)

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

  @OptionGroup(title: "Taken from Prometheus's agent mode, without effect here")
  var accepted: AcceptedFlags

  func run() async throws {
    let logger = logging.logger
    accepted.explain(to: logger)
    do throws(AgentError) {
      let agent = try Agent(options, logger: logger)
      try await agent.run()
    } catch {
      FileHandle.standardError.write(Data("godwit agent: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }

  private var options: AgentOptions {
    var options = AgentOptions()
    options.configFile = configFile
    options.storagePath = storagePath
    options.listenAddress = listenAddress
    options.enableLifecycle = enableLifecycle
    options.enableRemoteWriteReceiver = enableRemoteWriteReceiver
    if !acceptedMessages.isEmpty { options.acceptedMessages = Set(acceptedMessages.flatMap(\.versions)) }
    options.flushDeadline = flushDeadline.duration
    options.segmentBytesMax = segmentSize.bytes
    options.deliveryFile = deliveryFile
    options.logBounds.ageMax = retentionMaxTime.duration
    options.logBounds.bytesMax = logMaxBytes.bytes
    options.logBounds.atCap = logAtCap
    options.syncPolicy = syncPolicy.policy
    options.flags = [
      ("config.file", configFile), ("godwit.config", deliveryFile ?? ""), ("log.format", logging.format.rawValue),
      ("log.level", logging.level.rawValue),
      ("storage.agent.path", storagePath), ("storage.agent.retention.max-time", "\(retentionMaxTime)"),
      ("storage.agent.wal-segment-size", "\(segmentSize)"), ("storage.log.at-cap", logAtCap.rawValue),
      ("storage.log.max-bytes", "\(logMaxBytes)"),
      ("storage.log.sync-interval", "\(syncPolicy)"), ("storage.remote.flush-deadline", "\(flushDeadline)"),
      ("web.enable-lifecycle", "\(enableLifecycle)"),
      ("web.enable-remote-write-receiver", "\(enableRemoteWriteReceiver)"), ("web.listen-address", "\(listenAddress)"),
      (
        "web.remote-write-receiver.accepted-protobuf-messages",
        WriteMessageVersion.allCases.filter(options.acceptedMessages.contains).map(\.messageName)
          .joined(separator: ",")
      ),
    ]
    return options
  }
}

/// Flags that a unit file of Prometheus in agent mode may have and that mean nothing to this log. They are taken so that
/// the file works, and each is named at start with the reason.
struct AcceptedFlags: ParsableArguments {
  @Flag(name: .customLong("agent"), help: "This is always an agent.")
  var agent = false

  @Flag(
    name: .customLong("storage.agent.wal-compression"), inversion: .prefixedNo,
    help: "The log is not compressed; requests are.")
  var walCompression: Bool?

  @Option(name: .customLong("storage.agent.wal-compression-type"), help: "The log is not compressed; requests are.")
  var walCompressionType: String?

  @Option(
    name: .customLong("storage.agent.wal-truncate-frequency"), help: "Segments go when every endpoint has them.")
  var walTruncateFrequency: DurationArgument?

  @Option(name: .customLong("storage.agent.retention.min-time"), help: "Segments go when every endpoint has them.")
  var retentionMinTime: DurationArgument?

  @Flag(name: .customLong("storage.agent.no-lockfile"), help: "The lock ends with the process and leaves nothing.")
  var noLockfile = false

  func explain(to logger: Logger) {
    let given: [(String, Bool, String)] = [
      ("storage.agent.wal-compression", walCompression != nil, "the log is not compressed; requests are"),
      ("storage.agent.wal-compression-type", walCompressionType != nil, "the log is not compressed; requests are"),
      ("storage.agent.wal-truncate-frequency", walTruncateFrequency != nil, "segments go when every endpoint has them"),
      ("storage.agent.retention.min-time", retentionMinTime != nil, "segments go when every endpoint has them"),
      ("storage.agent.no-lockfile", noLockfile, "the lock ends with the process and leaves nothing"),
    ]
    for (flag, isGiven, reason) in given where isGiven {
      logger.info("A flag has no effect here", metadata: ["flag": "--\(flag)", "reason": "\(reason)"])
    }
  }
}
