public import Foundation
import NIOCore
import NIOPosix

/// Why an agent could not be measured.
public struct BenchError: Error, CustomStringConvertible {
  public var description: String
}

/// Measures agents, one after the other, each with both ends of its own.
///
///     let course = BenchCourse(directory: temporaryDirectory)
///     let figures = try await course.measure(.find(.godwit)!, .named("churn")!, round: 1)
///
/// An agent is a process of its own with a configuration and data in a directory of its own; both end with the
/// measurement, whatever it came to.
public struct BenchCourse: Sendable {
  private static let host = "127.0.0.1"
  private static let startMax = Duration.seconds(20)
  private static let firstSampleMax = Duration.seconds(30)
  private static let settlingMax = Duration.seconds(10)

  /// Where the agents' directories are made.
  public var directory: URL

  public init(directory: URL) { self.directory = directory }

  /// Starts the agent, lets it warm up, and measures it for the window of the workload.
  ///
  /// - Throws: ``BenchError`` when the agent does not start or delivers nothing; or what a file or an address throws.
  public func measure(_ contestant: Contestant, _ workload: Workload, round: Int) async throws -> Measurement {
    let pages: TargetPages? =
      if case .scrape(let targets, let series, _, let churn, let page) = workload.source {
        TargetPages(targets: targets, seriesPerTarget: series, kind: page, churn: churn)
      } else {
        nil
      }
    let server = BenchServer(pages: pages)
    _ = try await server.start(host: Self.host, port: 0)
    let folder = directory.appending(path: "\(workload.name)-\(contestant.kind.rawValue)-\(round)")
    do {
      let measurement = try await measure(contestant, workload, round, server, folder)
      await server.stop()
      try? FileManager.default.removeItem(at: folder)
      return measurement
    } catch {
      await server.stop()
      throw error
    }
  }

  private func measure(
    _ contestant: Contestant, _ workload: Workload, _ round: Int, _ server: BenchServer, _ folder: URL
  ) async throws -> Measurement {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let place = Contestant.Place(directory: folder, port: try await Self.freePort(), rig: server.address)
    try contestant.configure(workload, place)
    let log = folder.appending(path: "agent.log")
    let process = try AgentProcess(
      contestant.executable, contestant.arguments(workload, place), log: log)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let outcome: Result<Measurement, any Error>
    do {
      let client = LoopbackClient(group, host: Self.host, port: place.port)
      let run = BenchWindow(contestant: contestant, workload: workload, server: server, process: process)
      try await waitForStart(process, client)
      let pusher = pusher(workload, port: place.port)
      let pushing = pusher.map { pusher in Task { await pusher.run(for: nil) } }
      defer { pushing?.cancel() }
      try await waitForFirstSample(server)
      try await Task.sleep(for: .seconds(workload.warmUpSeconds))
      var measurement = try await run.measure(round)
      pushing?.cancel()
      await pushing?.value
      measurement.pushed = pusher?.pushed
      try await run.settle(&measurement, client, within: Self.settlingMax)
      await client.close()
      outcome = .success(measurement)
    } catch let error as BenchError {
      let tail = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").suffix(3) ?? []
      outcome = .failure(BenchError(description: ([error.description] + tail.map(String.init)).joined(separator: "\n")))
    } catch {
      outcome = .failure(error)
    }
    await process.end()
    try? await group.shutdownGracefully()
    return try outcome.get()
  }

  private func pusher(_ workload: Workload, port: Int) -> Pusher? {
    guard case .push(let series, let rate, let message) = workload.source else { return nil }
    var settings = PushSettings(host: Self.host, port: port)
    settings.series = series
    settings.rate = Double(rate)
    settings.version = message
    return Pusher(settings)
  }

  private func waitForStart(_ process: AgentProcess, _ client: LoopbackClient) async throws {
    let limit = ContinuousClock.now + Self.startMax
    while ContinuousClock.now < limit {
      guard process.isRunning else { throw BenchError(description: "it ended at once") }
      if let answer = try? await client.get("/metrics"), answer.status == 200 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw BenchError(description: "it did not answer within \(Self.startMax)")
  }

  private func waitForFirstSample(_ server: BenchServer) async throws {
    let limit = ContinuousClock.now + Self.firstSampleMax
    while server.received.samples == 0 {
      guard ContinuousClock.now < limit else {
        throw BenchError(description: "it delivered nothing within \(Self.firstSampleMax)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// A port that was free a moment ago, for programs that cannot say which one they took.
  private static func freePort() async throws -> Int {
    let probe = BenchServer()
    let port = try await probe.start(host: host, port: 0)
    await probe.stop()
    return port
  }
}
