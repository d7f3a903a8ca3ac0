import Foundation
import Synchronization
import Testing

/// What is wrong and how the log stands, as `/api/v1/status` says.
struct StatusPage: Decodable {
  struct Trouble: Decodable {
    var code, severity, since, message, evidence, fix: String
    var endpoint: String?
  }

  struct Log: Decodable {
    var bytes, bytesMax, segments, samplesTaken: Int
    var samplesNotTaken: [String: Int]
  }

  struct Endpoint: Decodable {
    var name: String
    var taken, waiting, expired, backlogBytes: Int
    var balanced: Bool
  }

  var state: String
  var troubles: [Trouble]
  var log: Log
  var endpoints: [Endpoint]
}

extension RunningAgent {
  func status() throws -> StatusPage {
    try ask("/api/v1/status").json(Envelope<StatusPage>.self).data
  }
}

/// A file system in memory, of a size that a test can fill.
private struct SmallDisk {
  /// Only root may mount.
  static var isPossible: Bool { getuid() == 0 }

  let path: String

  init(_ path: String, megabytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.mounting(path, megabytes, 0)
  }

  func grow(toMegabytes megabytes: Int) throws { try Self.mounting(path, megabytes, UInt(MS_REMOUNT)) }

  private static func mounting(_ path: String, _ megabytes: Int, _ flags: UInt) throws {
    guard mount("none", path, "tmpfs", flags, "size=\(megabytes)m") == 0 else {
      throw EndToEndError("cannot mount \(path): \(String(cString: strerror(errno)))")
    }
  }

  func unmount() { _ = umount2(path, Int32(MNT_DETACH)) }
}

extension EndToEnd {
  /// A log that has no room: on the disk, or by a bound.
  @Suite("Disks and bounds")
  struct Disks {
    /// Targets whose pages fill a small log within seconds, until they are closed.
    private final class Spring: Sendable {
      private let pages: RigPages
      private let isClosed = Mutex(false)

      init(seriesPerTarget: Int) { pages = RigPages(targets: 4, seriesPerTarget: seriesPerTarget) }

      func close() { isClosed.withLock { $0 = true } }

      @Sendable func answer(_ request: SiteRequest) -> SiteAnswer {
        isClosed.withLock { $0 } ? .page(status: 503, []) : pages.answer(request)
      }

      func configuration(_ world: World, port: Int) throws -> String {
        rigConfiguration(
          try world.serve(answer), targets: 4, interval: "1s", endpoint: "http://127.0.0.1:\(port)/api/v1/write")
      }
    }

    /// Lets what waits arrive, and compares what was taken with what came.
    private static func expectAllArrives(
      _ world: World, _ agent: RunningAgent, from spring: Spring, port: Int
    ) async throws {
      spring.close()
      let receiver = try await world.startReceiver(port: port)
      try await eventually("the backlog has arrived, and all is well", within: .seconds(120)) {
        // What is left are the reports of scrapes that fail.
        try agent.delivery().endpoint("rig").waiting < 100 && agent.status().state == "ok"
      }
      #expect(try await agent.shutDown() == .code(0))
      let page = try receiver.page()
      let (taken, expired) = (try agent.balance("taken", of: "rig"), try agent.balance("expired", of: "rig"))
      #expect(try agent.balance("waiting", of: "rig") == 0)
      #expect(page.samples - page.duplicates == taken - expired)
      #expect(page.duplicates == 0 && page.outOfOrder == 0)
      #expect(page.violations.isEmpty, "\(page.violations)")
    }

    @Test(
      "On a full disk the agent runs on and says so once; when there is room it goes on by itself",
      .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
    func fullDisk() async throws {
      try await withWorld { world in
        let disk = try SmallDisk(world.path("disk"), megabytes: 4)
        defer { disk.unmount() }
        let port = try freePort()
        let spring = Spring(seriesPerTarget: 5000)
        let agent = try await world.startAgent(spring.configuration(world, port: port), log: "disk/log")
        try await eventually("samples are not taken for lack of room", within: .seconds(90)) {
          try agent.status().log.samplesNotTaken["disk_full"] ?? 0 > 20_000
        }
        let full = try agent.status()
        #expect(full.state == "degraded" && full.troubles.map(\.code) == ["log-not-writing"])
        #expect(full.troubles.first?.evidence.contains("No space left on device") == true)
        #expect(try agent.ask("/-/ready").status == 200)
        #expect(try agent.metric("godwit_trouble", with: "log-not-writing") == 1)
        let targets = try agent.targets().activeTargets
        #expect(targets.contains { $0.lastError.contains("There is no room to write") })

        try disk.grow(toMegabytes: 64)
        try await eventually("the agent is well again") { try agent.status().state == "ok" }
        let after = try agent.status().log
        try await eventually("samples are taken again") { try agent.status().log.samplesTaken > after.samplesTaken }
        try await Self.expectAllArrives(world, agent, from: spring, port: port)
        #expect(agent.program.lines(with: "level=ERROR").count == 1, "\(agent.program.log)")
        #expect(agent.program.lines(with: "The log is written again").count == 1)
      }
    }

    @Test("A log that refuses new samples at its bound loses none that it took, and takes more when there is room")
    func refuseNew() async throws {
      try await withWorld { world in
        let port = try freePort()
        let spring = Spring(seriesPerTarget: 2000)
        let agent = try await world.startAgent(
          spring.configuration(world, port: port),
          flags: ["--storage.log.max-bytes=3MB", "--storage.log.at-cap=refuse-new"])
        try await eventually("samples are refused") {
          try agent.status().log.samplesNotTaken["full"] ?? 0 > 20_000
        }
        let refusing = try agent.status()
        #expect(refusing.troubles.map(\.code) == ["log-refusing"])
        #expect(try agent.ask("/-/ready").status == 200)
        let last = try agent.targets().activeTargets.first?.lastError ?? ""
        #expect(last.contains("--storage.log.max-bytes=3MB") && last.contains("raise the bound"))
        #expect(agent.program.lines(with: "The log takes no new samples").count == 1)
        #expect(agent.program.lines(with: "Scrape failed").isEmpty)

        try await Self.expectAllArrives(world, agent, from: spring, port: port)
        #expect(try agent.balance("expired", of: "rig") == 0)
        #expect(agent.program.lines(with: "The log takes new samples again").count >= 1)
      }
    }

    @Test("An endpoint at its bound loses its own oldest samples, each counted, and nobody else's")
    func dropOldest() async throws {
      try await withWorld { world in
        let port = try freePort()
        let spring = Spring(seriesPerTarget: 20_000)
        try world.write("endpoints: [{name: rig, backlog: {max_bytes: 16MB}}]\n", to: "godwit.yml")
        let agent = try await world.startAgent(
          spring.configuration(world, port: port),
          flags: ["--godwit.config", world.path("godwit.yml")])
        try await eventually("samples expire", within: .seconds(90)) {
          try agent.delivery().endpoint("rig").expired > 0
        }
        let status = try agent.status()
        #expect(status.troubles.map(\.code) == ["samples-expiring"] && status.troubles.first?.endpoint == "rig")
        // The bound, a segment of an eighth, and what one second brings: here some 8 MB, as each record begins a segment
        // and defines its series anew.
        #expect((status.endpoints.first?.backlogBytes ?? .max) < 28 << 20)
        #expect(status.endpoints.allSatisfy { $0.balanced })
        try await Self.expectAllArrives(world, agent, from: spring, port: port)
        #expect(try agent.balance("expired", of: "rig") > 0)
      }
    }
  }
}
