import Foundation
import Testing

/// A small file system in a file, which can be frozen: whoever writes to it then waits until it is thawed.
private final class FreezableDisk {
  /// Only root may mount, and not everywhere are there loop devices.
  static let isPossible: Bool = {
    guard getuid() == 0 else { return false }
    let folder = FileManager.default.temporaryDirectory.appending(path: "godwit-freeze-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let disk = try? FreezableDisk(in: folder.path) else { return false }
    disk.close()
    return true
  }()

  let path: String
  private let image: String

  init(in folder: String) throws {
    path = folder + "/disk"
    image = folder + "/disk.image"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: image, contents: nil), truncate(image, 64 << 20) == 0 else {
      throw EndToEndError("cannot make \(image)")
    }
    try Self.run("mkfs.ext4", "-q", image)
    try Self.run("mount", "-o", "loop", image, path)
  }

  func freeze() throws { try Self.run("fsfreeze", "--freeze", path) }
  func thaw() throws { try Self.run("fsfreeze", "--unfreeze", path) }

  func close() {
    try? thaw()
    try? Self.run("umount", "--lazy", path)
  }

  private static func run(_ tool: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw EndToEndError("\(tool) exits \(process.terminationStatus)") }
  }
}

extension EndToEnd {
  @Suite("A disk that hangs", .enabled(if: FreezableDisk.isPossible, "needs root and a loop device"))
  struct HangingDisk {
    @Test("Pages are answered and say so; when the disk answers again, all goes on and nothing is lost")
    func hang() async throws {
      try await withWorld { world in
        let disk = try FreezableDisk(in: world.path("small"))
        defer { disk.close() }
        let receiver = try await world.startReceiver()
        let site = try world.serve { _ in .text("temperature 21.5\n") }
        let agent = try await world.startAgent(
          configuration(to: [("here", receiver.url)], from: [site.address]), log: "small/disk/data")
        try await eventually("samples arrive") { try receiver.page().samples > 10 }

        try disk.freeze()
        try await eventually("the status tells that the disk hangs") {
          try agent.status().troubles.map(\.code) == ["disk-stalled"]
        }
        let taken = try agent.delivery().samplesTaken
        for page in ["/-/ready", "/-/healthy", "/metrics", "/api/v1/targets", "/api/v1/status/delivery"] {
          #expect(try agent.ask(page).status == 200, "\(page)")
        }
        #expect(try agent.metric("godwit_trouble", with: "disk-stalled") == 1)
        #expect(try agent.delivery().samplesTaken == taken, "something was taken though nothing could be written")

        try disk.thaw()
        try await eventually("samples arrive again and the trouble is over") {
          try agent.delivery().samplesTaken > taken && agent.status().state == "ok"
        }
        #expect(try await agent.shutDown() == .code(0))
        let (page, all) = (try receiver.page(), try agent.balance("taken", of: "here"))
        #expect(page.samples == all && page.duplicates == 0 && page.outOfOrder == 0)
        #expect(agent.program.lines(with: "level=ERROR", "A write to the log does not return").count == 1)
      }
    }
  }
}
