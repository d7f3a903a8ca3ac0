import Delivery
import Diagnostics
import DurableLog
import Foundation
import LogReview
import RemoteWriteProtocol
import Testing

@Suite("Work on the quarantine", .timeLimit(.minutes(5)))
struct QuarantineWorkTests {
  /// A storage path in which `main` has refused three requests of five samples.
  private func world() async throws -> World {
    let world = try World()
    try await world.deliver(to: "main")
    for _ in 0..<3 {
      try world.take(5)
      try await world.deliver(to: "main", answering(400, "out of order\n\u{1B}[31m"))
    }
    return world
  }

  private func files(_ world: World) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: world.folder + "/quarantine/main").sorted()
  }

  private func resend(_ world: World, _ courier: @escaping Courier) async throws -> ResendReport {
    let entries = try #require(try QuarantineReport.all(in: world.folder, endpoint: "main").first).entries
    return try await ResendReport(
      endpoint: "main", entries: entries,
      by: QuarantineResend(directory: world.folder, endpoint: "main", courier: courier))
  }

  @Test("What was refused is listed with the endpoint's words and the names of the series")
  func listing() async throws {
    let world = try await world()
    let report = try #require(try QuarantineReport.all(in: world.folder, endpoint: nil).first)
    #expect(report.entries.map(\.file.name) == (1...3).map { String(format: "%020d", $0) + ".refused" })
    #expect(report.samples == 15)
    let refusal = try #require(report.entries[0].refusal)
    #expect(refusal.status == 400)
    #expect(refusal.answer == "out of order\n\u{1B}[31m")
    #expect(refusal.timeMs == World.nowMs)
    #expect(refusal.refused == 5)
    #expect(refusal.series.count == 5)
    #expect(refusal.series[0].contains("metric"))
    #expect(QuarantineListing(directory: world.folder, quarantines: [report]).answer.next.count == 2)
    let shown = try world.report()
    #expect(shown.ids == ["GW621"])
    #expect(shown.isWhole)
    #expect(try shown.endpoint("main").quarantine.entries.count == 3)
  }

  @Test("A file that is none of ours is told, listed without words, and never posted")
  func unreadable() async throws {
    let world = try await world()
    let path = world.folder + "/quarantine/main/00000000000000000002.refused"
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path))
    try world.edit(world.folder + "/quarantine/main/00000000000000000003.refused") { $0.removeLast() }
    #expect(try Set(world.report().ids) == ["GW621", "GW622"])
    let courier = ScriptedCourier { _ in .answered(.init(status: 204)) }
    let report = try await resend(world, courier.courier)
    #expect(report.attempts.map(\.outcome) == [.accepted, .unreadable, .unreadable])
    #expect(courier.requests.count == 1)
    #expect(try files(world).count == 2)
  }

  @Test("Dropping shows first and removes only when told to")
  func drop() async throws {
    let world = try await world()
    let preview = try QuarantineDrop(directory: world.folder, endpoint: "main", file: nil, removes: false)
    #expect(preview.entries.count == 3)
    #expect(preview.answer.isOK())
    #expect(preview.answer.next.first?.command.hasSuffix("--endpoint main --yes") == true)
    #expect(try files(world).count == 3)
    let one = try QuarantineDrop(
      directory: world.folder, endpoint: "main", file: "00000000000000000002.refused", removes: true)
    #expect(one.entries.map(\.file.name) == ["00000000000000000002.refused"])
    #expect(try files(world).count == 2)
    let rest = try QuarantineDrop(directory: world.folder, endpoint: "main", file: nil, removes: true)
    #expect(rest.entries.count == 2)
    #expect(try files(world) == [])
    // The samples stay refused, and the balance holds.
    #expect(try world.report().delivery("main").ledger.settled.refused == 15)
    #expect(try world.report().findings == [])
  }

  @Test(
    "A name that is not in the quarantine removes nothing",
    arguments: ["../../lock", "00000000000000000009.refused", "", "*"])
  func dropUnknown(file: String) async throws {
    let world = try await world()
    let before = try world.snapshot()
    #expect(throws: LogReviewError.self) {
      try QuarantineDrop(directory: world.folder, endpoint: "main", file: file, removes: true)
    }
    #expect(throws: LogReviewError.self) {
      try QuarantineDrop(directory: world.folder, endpoint: "../endpoints", file: nil, removes: true)
    }
    #expect(try world.snapshot() == before)
  }

  @Test("What is accepted now goes, oldest first and byte for byte as it was posted")
  func resendAccepted() async throws {
    let world = try await world()
    let contents = try files(world).map {
      Array(try Data(contentsOf: URL(fileURLWithPath: world.folder + "/quarantine/main/\($0)")))
    }
    let courier = ScriptedCourier { _ in .answered(.init(status: 204)) }
    let report = try await resend(world, courier.courier)
    #expect(report.accepted == 3)
    #expect(report.answer.exitCode() == 0)
    #expect(courier.requests.count == 3)
    for (request, bytes) in zip(courier.requests, contents) {
      #expect(request.version == .v1)
      #expect(bytes.suffix(request.body.count) == request.body[...])
      #expect(bytes[bytes.count - request.body.count - 1] == UInt8(ascii: "\n"))
    }
    #expect(try files(world) == [])
  }

  @Test("What was never sent is listed as that, and is gone once it is written as what it is", arguments: [0, 2, 3])
  func resendUnsent(written: Int) async throws {
    let world = try World()
    try await world.deliver(to: "main")
    try world.takeHistograms(3)
    try await world.deliver(to: "main", answering(400))
    let report = try #require(try QuarantineReport.all(in: world.folder, endpoint: "main").first)
    let refusal = try #require(report.entries.first?.refusal)
    #expect(refusal.isUnsent)
    #expect(refusal.answer.hasPrefix("nhcb_in_rw1_not_supported"))
    #expect(refusal.version == .v2)
    let courier = ScriptedCourier { _ in
      .answered(
        WriteResponse(status: 200, receivedAtSeconds: 0) {
          $0 == HeaderName.histogramsWritten ? "\(written)" : $0 == HeaderName.samplesWritten ? "0" : nil
        })
    }
    let resent = try await resend(world, courier.courier)
    #expect(courier.requests.map(\.earlierAttempts) == [0])
    #expect(resent.accepted == (written == 3 ? 1 : 0))
    #expect(try files(world).count == (written == 3 ? 0 : 1))
  }

  @Test("What is refused again stays, with the answer; what follows has its turn all the same")
  func resendRefused() async throws {
    let world = try await world()
    let courier = ScriptedCourier { number in
      .answered(WriteResponse(status: number == 1 ? 422 : 204, bodyPrefix: Array("still no".utf8)[...]))
    }
    let report = try await resend(world, courier.courier)
    #expect(report.attempts.map(\.outcome) == [.accepted, .refused(status: 422, answer: "still no"), .accepted])
    #expect(report.answer.findings.map(\.id) == ["GW623"])
    #expect(report.answer.exitCode() == 1)
    #expect(try files(world) == ["00000000000000000002.refused"])
  }

  @Test("An endpoint that is not available ends the run, and the rest stays", arguments: [0, 429, 500, 503])
  func resendUnavailable(status: Int) async throws {
    let world = try await world()
    let courier = ScriptedCourier { number in
      if number == 0 { return .answered(.init(status: 200)) }
      return status == 0 ? .unreachable("connection refused") : .answered(.init(status: status))
    }
    let report = try await resend(world, courier.courier)
    #expect(courier.requests.count == 2)
    #expect(report.accepted == 1)
    #expect(report.left == 1)
    #expect(report.unavailable != nil)
    #expect(report.answer.findings.map(\.id) == ["GW624"])
    #expect(try files(world).count == 2)
  }

  @Test("A file that the agent displaces meanwhile is no error")
  func vanished() async throws {
    let world = try await world()
    let folder = world.folder + "/quarantine/main/"
    let courier = ScriptedCourier { number in
      if number == 0 {
        for name in ["00000000000000000001.refused", "00000000000000000002.refused"] {
          try? FileManager.default.removeItem(atPath: folder + name)
        }
      }
      return .answered(.init(status: 204))
    }
    let report = try await resend(world, courier.courier)
    #expect(report.attempts.map(\.outcome) == [.accepted, .vanished, .accepted])
    #expect(try files(world) == [])
  }
}
