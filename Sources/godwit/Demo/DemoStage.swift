import Agent
import Delivery
import Foundation
import Listening
import Logging
import Receiver
import Synchronization

/// Why the demo cannot begin.
struct DemoError: Error, CustomStringConvertible {
  var description: String
}

/// What plays in the demo: a receiver, an agent, a node exporter where one is installed, and a directory for the log.
/// Everything is on loopback and on free ports.
final class DemoStage: Sendable {
  /// How long the end may go on delivering.
  private static let flushDeadline = Duration.seconds(10)

  let configuration: DemoConfiguration
  private let agent: Agent
  private let receiver: RemoteWriteReceiver
  private let machine: NodeExporter?
  private let directory: URL
  /// Empty until the agent runs.
  private let agentAddress = Mutex("")

  private init(
    configuration: DemoConfiguration, agent: Agent, receiver: RemoteWriteReceiver, machine: NodeExporter?,
    directory: URL
  ) {
    self.configuration = configuration
    self.agent = agent
    self.receiver = receiver
    self.machine = machine
    self.directory = directory
  }

  /// Starts all but the agent.
  static func open(isVersion1: Bool, logger: Logger) async throws(DemoError) -> DemoStage {
    let receiver = RemoteWriteReceiver(logger: logger)
    let address: ListeningAddress
    do { address = try await receiver.start() } catch { throw DemoError(description: "\(error)") }
    let machine = await NodeExporter.start()
    let configuration = DemoConfiguration(
      isVersion1: isVersion1, receiverAddress: "\(address)", machineAddress: machine?.address)
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-demo-\(UUID().uuidString)", isDirectory: true)
    do {
      let file = directory.appendingPathComponent("prometheus.yml")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try Data(configuration.text.utf8).write(to: file)
      var options = AgentOptions()
      options.configFile = file.path
      options.storagePath = directory.appendingPathComponent("log").path
      options.listener.addresses = [ListeningAddress(host: "127.0.0.1", port: 0)]
      options.flushDeadline = flushDeadline
      return DemoStage(
        configuration: configuration, agent: try Agent(options, logger: logger), receiver: receiver, machine: machine,
        directory: directory)
    } catch {
      machine?.end()
      await receiver.stop()
      try? FileManager.default.removeItem(at: directory)
      throw DemoError(description: "\(error)")
    }
  }

  /// Runs the agent until ``end(reason:)``, and returns when it has delivered what it could.
  ///
  /// - Throws: when the agent cannot begin.
  func run() async throws(DemoError) {
    do {
      try await agent.run(handlesSignals: false) { address in
        let targets = Data(DemoConfiguration.agentTargets(address: "\(address)").utf8)
        // Without this file the agent is not scraped, which the view shows; the rest goes on.
        try? targets.write(
          to: directory.appendingPathComponent(DemoConfiguration.agentTargetsFile), options: .atomic)
        agentAddress.withLock { $0 = "\(address)" }
      }
    } catch {
      throw DemoError(description: "\(error)")
    }
  }

  func end(reason: String) { agent.end(reason: reason) }

  /// Stops the rest and removes the directory. The agent must have ended.
  func close() async {
    machine?.end()
    await receiver.stop()
    try? FileManager.default.removeItem(at: directory)
  }

  /// How things stand, without what only time tells.
  func report() -> DemoReport {
    var report = DemoReport()
    report.message = configuration.messageName
    report.receiverAddress = configuration.receiverAddress
    report.agentAddress = agentAddress.withLock { $0 }
    let agent = agent.report()
    report.targets = agent.targets.map { DemoReport.Target(job: $0.job, isUp: $0.isUp) }
    for endpoint in agent.endpoints {
      report.taken = endpoint.taken
      report.acknowledged = endpoint.settled.acknowledged
      report.waiting = endpoint.waiting
      report.refused = endpoint.settled.refused
      report.dropped = endpoint.settled.dropped
      report.expired = endpoint.settled.expired
      report.damaged = endpoint.settled.damaged
      report.oldestWaitingSeconds = endpoint.oldestWaitingSeconds
    }
    let receiver = receiver.report()
    report.received = UInt64(max(0, receiver.samples + receiver.histograms))
    report.series = receiver.series
    report.duplicates = receiver.duplicates
    report.outOfOrder = receiver.outOfOrder
    report.breaches = receiver.breaches.filter { $0.severity != "note" }.reduce(0) { $0 + $1.count }
    report.bytesPerSample = receiver.bytesPerSample
    report.requests = Dictionary(receiver.requests.map { ($0.status, $0.count) }, uniquingKeysWith: +)
      .sorted { $0.key < $1.key }
      .map { DemoReport.RequestCount(status: $0.key, count: $0.value) }
    return report
  }
}
