import Foundation
import Testing

extension EndToEnd.Backlog {
  /// The sizes are decimal; 10 GB are some 1.2 thousand million samples.
  @Test("A start on a backlog takes no longer than one without, and what waited arrives", .timeLimit(.minutes(30)))
  func start() async throws {
    let sizes = Bench.number("BACKLOG_GB", 10) >= 10 ? [1, 5, 10] : [1]
    try await withWorld { world in
      let port = try freePort()
      let backlog = try WaitingLog(in: world)
      try world.write(configuration(to: [("rig", "http://127.0.0.1:\(port)/api/v1/write")], from: []), to: "agent.yml")
      var starts = [try await backlog.start(gigabytes: 0)]
      var caughtUp: CatchUp?
      for gigabytes in sizes {
        let filling = try await backlog.fill(to: gigabytes * 1_000_000_000)
        starts.append(try await backlog.start(gigabytes: gigabytes))
        if caughtUp == nil { caughtUp = try await catchUp(world, port: port, samples: filling.samples) }
      }
      var table = FigureTable(
        "Starting on a backlog, nothing of it in the page cache; load of the machine \(Bench.load)",
        columns: ["backlog", "samples waiting", "ms until ready", "bytes read", "bytes from disk", "MiB 10 s later"])
      for start in starts {
        table.add(
          "\(start.gigabytes) GB", start.waiting.grouped, start.milliseconds.rounded(to: 0), start.read.grouped,
          start.readFromDisk.grouped, start.memory.resident.rounded(to: 1))
        #expect(start.milliseconds < 2000)
      }
      try table.publish(as: "backlog-start")
      let figures = try #require(caughtUp)
      try figures.table.publish(as: "backlog-catch-up")
      #expect(figures.page.samples == figures.samples)
      #expect(figures.page.duplicates == 0 && figures.page.outOfOrder == 0)
      #expect(figures.page.violations.isEmpty && figures.page.refused.isEmpty)
    }
  }

  /// What it took to deliver a backlog.
  private struct CatchUp {
    var samples: Int
    var seconds, cpu, peak, anonymousPeak: Double
    var shards: Int
    var page: ReceiverPage

    var table: FigureTable {
      var table = FigureTable("Catching up; load of the machine \(Bench.load)", columns: ["figure", "value"])
      table.add("samples that waited, all of which arrived once and in order", samples.grouped)
      table.add("seconds", seconds.rounded(to: 1))
      table.add("samples per second", Int(Double(samples) / seconds).grouped)
      table.add("CPU seconds of the agent", cpu.rounded(to: 1))
      table.add("most shards", "\(shards)")
      table.add("peak memory, MiB", peak.rounded(to: 1))
      table.add("of it anonymous, MiB", anonymousPeak.rounded(to: 1))
      return table
    }
  }

  /// The endpoint recovers while the agent waits for it.
  private func catchUp(_ world: World, port: Int, samples: Int) async throws -> CatchUp {
    let agent = try await world.startAgent()
    let cpuBefore = agent.program.cpuSeconds
    let receiver = try await world.startReceiver(port: port)
    let started = ContinuousClock.now
    var peak = MemoryPeak()
    var shards = 1
    var finished = started
    try await eventually("all has been delivered", within: .seconds(1200), every: .milliseconds(250)) {
      peak.take(agent.program)
      let endpoint = try agent.delivery().endpoint("rig")
      shards = max(shards, endpoint.shards)
      finished = .now
      return endpoint.waiting == 0
    }
    let cpu = agent.program.cpuSeconds - cpuBefore
    #expect(try await agent.shutDown() == .code(0))
    let page = try receiver.page()
    receiver.program.end()
    return CatchUp(
      samples: samples, seconds: (finished - started).inSeconds, cpu: cpu, peak: peak.resident,
      anonymousPeak: peak.anonymous, shards: shards, page: page)
  }
}

/// A log that waits for an endpoint which is down.
private final class WaitingLog {
  struct Filling: Decodable { var samples, bytes, lastMs: Int }

  struct Start {
    var gigabytes, waiting: Int
    /// From the launch of the process until `/-/ready` says 200.
    var milliseconds: Double
    /// Up to then: what `read(2)` returned, and what came from the disk, with what the system read ahead.
    var read, readFromDisk: Int
    /// Ten seconds later.
    var memory: MemoryReading
  }

  private let world: World
  private let filler: String
  /// Every page is newer than the one before, over all fillings.
  private var lastMs = Int(Date().timeIntervalSince1970 * 1000) - 86_400_000

  init(in world: World) throws {
    self.world = world
    let godwit = URL(fileURLWithPath: try World.godwit())
    filler =
      ProcessInfo.processInfo.environment["BACKLOG_FILLER"]
      ?? godwit.deletingLastPathComponent().appending(path: "BacklogFiller").path
    guard FileManager.default.isExecutableFile(atPath: filler) else {
      throw EndToEndError("There is no program at \(filler); `make bench-backlog` builds it.")
    }
  }

  /// Writes pages of 100 targets with 1,000 series each until the log has `bytes`.
  func fill(to bytes: Int) async throws -> Filling {
    let step = 5000
    let program = try world.start(
      "filler", filler, [world.path("data"), "\(bytes)", "100", "1000", "\(lastMs + step)", "\(step)"])
    guard try await program.waitForExit(within: .seconds(900)) == .code(0) else { throw EndToEndError(program.log) }
    let filling = try JSONDecoder().decode(Filling.self, from: Data(program.log.utf8))
    lastMs = filling.lastMs
    return filling
  }

  /// Starts the agent on what is there, measures, and stops it.
  func start(gigabytes: Int) async throws -> Start {
    try forgetCachedPages()
    let port = try freePort()
    let launched = ContinuousClock.now
    let program = try world.launchAgent(flags: ["--web.listen-address", "127.0.0.1:\(port)"])
    try await eventually("the agent is ready", every: .milliseconds(2)) {
      try ask(port: port, "/-/ready").status == 200
    }
    let (read, milliseconds) = (program.bytesRead, (ContinuousClock.now - launched).inSeconds * 1000)
    try await Task.sleep(for: .seconds(10))
    guard let memory = program.memory else { throw EndToEndError("the agent ended: \(program.log)") }
    let agent = RunningAgent(program: program, port: port)
    let waiting = try agent.delivery().endpoint("rig").waiting
    guard try await agent.shutDown() == .code(0) else { throw EndToEndError(program.log) }
    return Start(
      gigabytes: gigabytes, waiting: waiting, milliseconds: milliseconds, read: read.all, readFromDisk: read.fromDisk,
      memory: memory)
  }

  /// As after the start of a machine: what is read of the log comes from the disk.
  private func forgetCachedPages() throws {
    let folder = world.path("data/segments")
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw EndToEndError("cannot open \(name)") }
      defer { close(descriptor) }
      // Only what is on disk can be forgotten.
      guard fsync(descriptor) == 0, posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
        throw EndToEndError("\(name) stays in the page cache")
      }
    }
  }
}
