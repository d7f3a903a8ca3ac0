import Foundation
import Listening
import Logging
import RemoteWriteProtocol
import Synchronization
import Testing

@testable import Agent

/// The agent as a whole, from its command line's options to the end.
@Suite("An agent that is pushed to")
struct PushingAgentTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString)").path

  /// Runs an agent without targets and endpoints, and gives the samples that its log has taken in the end.
  private func run(
    _ change: (inout AgentOptions) -> Void, _ body: @Sendable @escaping (Agent, RawClient) async throws -> Void
  ) async throws -> UInt64 {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try "global: {}\n".write(toFile: directory + "/prometheus.yml", atomically: true, encoding: .utf8)
    var options = AgentOptions()
    options.configFile = directory + "/prometheus.yml"
    options.storagePath = directory + "/log"
    options.listener = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    options.enableLifecycle = true
    change(&options)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let agent = try Agent(options, logger: logger)
    let (addresses, found) = AsyncStream.makeStream(of: ListeningAddress.self)
    let running = Task { try await agent.run(handlesSignals: false) { found.yield($0) } }
    for await address in addresses {
      do { try await body(agent, RawClient(address: address)) } catch { Issue.record(error) }
      break
    }
    agent.end(reason: "the test is over")
    try await running.value
    try FileManager.default.removeItem(atPath: directory)
    return agent.report().samplesTaken
  }

  @Test("Without the flag there is nothing to push to, and the answer says what is missing")
  func off() async throws {
    let taken = try await run({ _ in }) { _, client in
      for path in ["/api/v1/write", "/api/v1/push"] {
        let answer = try await client.send(
          "POST", path, RawClient.v2Headers, TestRequest.v2([TestSeries("up", at: 1)]))
        expectStatus(404, answer)
        #expect(answer.body.contains("--web.enable-remote-write-receiver"))
      }
    }
    #expect(taken == 0)
  }

  @Test("Pages answer to the methods that they know, and say which")
  func methods() async throws {
    _ = try await run({ $0.enableRemoteWriteReceiver = true }) { _, client in
      for (method, path, allowed) in [
        ("GET", "/-/reload", "POST, PUT"), ("POST", "/metrics", "GET, HEAD"),
        ("OPTIONS", "/api/v1/status", "GET, HEAD"), ("HEAD", "/api/v1/write", "POST"), ("GET", "/api/v1/push", "POST"),
      ] {
        let answer = try await client.send(method, path)
        #expect(answer.status == 405 && answer.headers["allow"] == allowed, "\(method) \(path)")
      }
      #expect(try await client.send("GET", "/nothing").status == 404)
    }
  }

  @Test("What was answered with 204 is in the log, through reloads and up to the end")
  func pushing() async throws {
    let written = Mutex<UInt64>(0)
    let taken = try await run({ $0.enableRemoteWriteReceiver = true }) { agent, client in
      for path in ["/api/v1/write", "/api/v1/push"] {
        let answer = try await client.send(
          "POST", path, RawClient.v2Headers, TestRequest.v2([TestSeries("up", at: 1)]))
        expectStatus(204, answer)
        written.withLock { $0 += 1 }
      }
      expectStatus(200, try await client.send("POST", "/-/reload"))
      let metrics = try await client.get("/metrics").body
      #expect(metrics.contains("prometheus_http_requests_total{code=\"204\",handler=\"/api/v1/write\"} 2\n"))
      #expect(metrics.contains("prometheus_remote_storage_samples_in_total 2\n"))
      #expect(try await client.get("/").body.contains("/api/v1/write"))
      // The end comes in the middle of the others, each of which is taken, put off or not heard any more.
      let counts = await withTaskGroup(of: UInt64.self) { group in
        for pusher in 0..<4 {
          group.addTask { [agent, client] in await Self.push(as: pusher, to: client, ending: agent) }
        }
        return await group.reduce(0, +)
      }
      written.withLock { $0 += counts }
    }
    // One push at most may have been taken for each pusher whose answer was cut off.
    let answered = written.withLock { $0 }
    #expect((answered...answered + 4).contains(taken))
    #expect(answered >= 22)
  }

  /// Pushes until the agent takes no more, and has it end on the way.
  ///
  /// - Returns: how many pushes were answered with 204.
  private static func push(as pusher: Int, to client: RawClient, ending agent: Agent) async -> UInt64 {
    var count: UInt64 = 0
    for time in 1...200 as ClosedRange<Int64> {
      let body = TestRequest.v2([TestSeries("m", [("p", "\(pusher)")], at: time)])
      guard let answer = try? await client.write(.v2, body) else { break }
      #expect([0, 204, 503].contains(answer.status), "\(answer.body)")
      if answer.status != 204 { break }
      count += 1
      if pusher == 0 && time == 20 { agent.end(reason: "in the middle") }
    }
    return count
  }

  @Test("Only the messages that the flag names are taken")
  func acceptedMessages() async throws {
    let taken = try await run({
      $0.enableRemoteWriteReceiver = true
      $0.acceptedMessages = [.v2]
    }) { _, client in
      expectStatus(415, try await client.write(.v1, TestRequest.v1([TestSeries("m", at: 1)])))
      expectStatus(204, try await client.write(.v2, TestRequest.v2([TestSeries("m", at: 1)])))
    }
    #expect(taken == 1)
  }
}
