import Foundation
import Testing

/// What is wrong and how the log stands, as `/api/v1/status` says.
private struct StatusPage: Decodable {
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
  fileprivate func status() throws -> StatusPage {
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

  func grow(toMegabytes megabytes: Int) throws { try Self.mounting(path, megabytes, UInt(MS_REMOUNT.rawValue)) }

  private static func mounting(_ path: String, _ megabytes: Int, _ flags: UInt) throws {
    guard mount("none", path, "tmpfs", flags, "size=\(megabytes)m") == 0 else {
      throw EndToEndError("cannot mount \(path): \(String(cString: strerror(errno)))")
    }
  }

  func unmount() { _ = umount2(path, Int32(MNT_DETACH.rawValue)) }
}

extension EndToEnd {
  /// A log that has no room: on the disk, or by a bound.
  @Suite("Disks and bounds")
  struct Disks {
    /// Pages that fill a small log within seconds.
    private static func rig(_ world: World, port: Int) throws -> String {
      let pages = RigPages(targets: 4, seriesPerTarget: 5000)
      let site = try world.serve(pages.answer)
      return rigConfiguration(site, targets: 4, interval: "1s", endpoint: "http://127.0.0.1:\(port)/api/v1/write")
    }

    /// Lets what waits arrive, and compares what was taken with what came.
    private static func expectAllArrives(_ world: World, _ agent: RunningAgent, port: Int) async throws {
      let receiver = try await world.startReceiver(port: port)
      try await eventually("the backlog has arrived", within: .seconds(60)) {
        try agent.delivery().endpoint("rig").waiting < 100_000
      }
      #expect(try await agent.shutDown() == .code(0))
      let page = try receiver.page()
      let taken = try agent.balance("taken", of: "rig")
      #expect(try agent.balance("waiting", of: "rig") == 0)
      #expect(try page.samples - page.duplicates == taken - agent.balance("expired", of: "rig"))
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
        let agent = try await world.startAgent(Self.rig(world, port: port), log: "disk/log")
        try await eventually("samples are not taken for lack of room") {
          try agent.status().log.samplesNotTaken["disk_full"] ?? 0 > 50_000
        }
        let full = try agent.status()
        #expect(full.state == "degraded" && full.troubles.map(\.code) == ["log-not-writing"])
        #expect(full.troubles.first?.evidence.contains("No space left on device") == true)
        #expect(try agent.ask("/-/ready").status == 200)
        #expect(try agent.metric("godwit_trouble", with: "log-not-writing") == 1)
        #expect(try agent.targets().activeTargets.contains { $0.lastError.contains("There is no room to write") })

        try disk.grow(toMegabytes: 64)
        try await eventually("the agent is well again") { try agent.status().state == "ok" }
        let after = try agent.status().log
        try await eventually("samples are taken again") { try agent.status().log.samplesTaken > after.samplesTaken }
        try await Self.expectAllArrives(world, agent, port: port)
        #expect(agent.program.lines(with: "level=ERROR").count == 1, "\(agent.program.log)")
        #expect(agent.program.lines(with: "The log is written again").count == 1)
      }
    }

    @Test("A log that refuses new samples at its bound loses none that it took, and takes more when there is room")
    func refuseNew() async throws {
      try await withWorld { world in
        let port = try freePort()
        let agent = try await world.startAgent(
          Self.rig(world, port: port), flags: ["--storage.log.max-bytes=3MB", "--storage.log.at-cap=refuse-new"])
        try await eventually("samples are refused") {
          try agent.status().log.samplesNotTaken["full"] ?? 0 > 50_000
        }
        let refusing = try agent.status()
        #expect(refusing.troubles.map(\.code) == ["log-refusing"])
        #expect(try agent.ask("/-/ready").status == 200)
        let last = try agent.targets().activeTargets.first?.lastError ?? ""
        #expect(last.contains("--storage.log.max-bytes=3MB") && last.contains("raise the bound"))
        #expect(agent.program.lines(with: "The log takes no new samples").count == 1)
        #expect(agent.program.lines(with: "Scrape failed").isEmpty)

        try await Self.expectAllArrives(world, agent, port: port)
        #expect(try agent.balance("expired", of: "rig") == 0)
        #expect(agent.program.lines(with: "The log takes new samples again").count >= 1)
      }
    }

    @Test("An endpoint at its bound loses its own oldest samples, each counted, and nobody else's")
    func dropOldest() async throws {
      try await withWorld { world in
        let port = try freePort()
        let pages = RigPages(targets: 4, seriesPerTarget: 20_000)
        let site = try world.serve(pages.answer)
        try world.write("endpoints: [{name: rig, backlog: {max_bytes: 16MB}}]\n", to: "godwit.yml")
        let agent = try await world.startAgent(
          rigConfiguration(site, targets: 4, interval: "1s", endpoint: "http://127.0.0.1:\(port)/api/v1/write"),
          flags: ["--godwit.config", world.path("godwit.yml")])
        try await eventually("samples expire", within: .seconds(90)) {
          try agent.delivery().endpoint("rig").expired > 0
        }
        let status = try agent.status()
        #expect(status.troubles.map(\.code) == ["samples-expiring"] && status.troubles.first?.endpoint == "rig")
        // The bound, a segment of an eighth, and what one second brings.
        #expect((status.endpoints.first?.backlogBytes ?? .max) < 24 << 20)
        #expect(status.endpoints.allSatisfy(\.balanced))
        try await Self.expectAllArrives(world, agent, port: port)
        #expect(try agent.balance("expired", of: "rig") > 0)
      }
    }
  }
}
