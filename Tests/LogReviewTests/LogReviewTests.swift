import Delivery
import Diagnostics
import DurableLog
import Foundation
import LogReview
import RemoteWriteProtocol
import Testing

@Suite("Review of a log", .timeLimit(.minutes(5)))
struct LogReviewTests {
  @Test("A fresh log is whole and holds nothing")
  func fresh() throws {
    let world = try World()
    for report in [try world.report(), try world.verify()] {
      #expect(report.findings == [])
      #expect(report.isWhole)
      #expect(report.log.samplesTaken == 0)
      #expect(report.log.segments == 0)
      #expect(report.endpoints == [])
    }
  }

  @Test("What waits for each endpoint is counted in the log, and the balance holds", arguments: [1, 3])
  func backlog(shards: Int) async throws {
    let world = try World(segmentBytesMax: 2000)
    try await world.deliver(to: "fast", shards: shards)
    try await world.deliver(to: "slow", shards: shards)
    for lane in 0..<20 { try world.take(10, lane: UInt32(lane)) }
    try await world.deliver(to: "fast", shards: shards)
    // Each shard has three requests taken and then nothing more.
    let courier = ScriptedCourier { number in number < 3 ? .answered(.init(status: 204)) : .unreachable("by script") }
    try await world.deliver(to: "slow", shards: shards, perRequest: 7, courier.courier)
    let report = try world.verify()
    #expect(report.findings == [])
    let fast = try report.delivery("fast")
    #expect(fast.ledger.settled.acknowledged == 200)
    #expect(fast.backlog.samples == 0)
    #expect(fast.balance == .holds)
    let slow = try report.delivery("slow")
    #expect(slow.ledger.shards.count == shards)
    #expect(slow.ledger.settled.acknowledged == 21)
    #expect(slow.backlog.samples == 179)
    #expect(slow.taken == 200)
    #expect(slow.balance == .holds)
    #expect(slow.backlog.oldestMs == World.nowMs)
    #expect(slow.backlog.logBytes > fast.backlog.logBytes)
    #expect(report.verification?.samples == 200)
    #expect(report.verification?.records == 20)
    #expect(try world.report(endpoint: "slow").endpoints.map(\.name) == ["slow"])
  }

  @Test("A flipped byte in a payload is found by verifying, in a header also by looking", arguments: [false, true])
  func damagedByte(isHeader: Bool) async throws {
    let world = try World()
    try await world.deliver(to: "main")
    for _ in 0..<5 { try world.take(10) }
    try world.edit(world.path(of: 1)) { bytes in
      // The first record begins behind the segment's header, its payload 44 bytes later.
      bytes[isHeader ? 128 + 8 : 128 + 60] ^= 1
    }
    let shown = try world.report()
    let verified = try world.verify()
    #expect(shown.ids == (isHeader ? ["GW601"] : []))
    #expect(verified.ids == ["GW601"])
    #expect(!verified.isWhole)
    #expect(verified.verification?.losses == 1)
    #expect(verified.verification?.samplesLost == 10)
    #expect(verified.findings[0].path == world.path(of: 1))
    #expect(verified.findings[0].evidence.contains("10 samples"))
    // The ledger still counts them as waiting, so the balance holds.
    #expect(try verified.delivery("main").balance == .holds)
    #expect(try verified.delivery("main").backlog.lost == (isHeader ? 10 : 0))
  }

  @Test("A missing segment is told, with what an endpoint loses by it")
  func missingSegment() async throws {
    let world = try World(segmentBytesMax: 300)
    try await world.deliver(to: "main")
    for _ in 0..<5 { try world.take(20) }
    try FileManager.default.removeItem(atPath: world.path(of: 3))
    let report = try world.report()
    #expect(report.ids == ["GW602"])
    #expect(report.findings[0].evidence.contains("3 to 3"))
    #expect(try report.delivery("main").backlog.samples == 80)
    #expect(try report.delivery("main").backlog.lost == 20)
    #expect(try report.delivery("main").balance == .holds)
  }

  @Test("What went with the oldest segments is told as gone, not as a broken balance")
  func gone() async throws {
    let world = try World(segmentBytesMax: 300)
    try await world.deliver(to: "main")
    for _ in 0..<5 { try world.take(20) }
    try world.log.remove(before: LogPosition(segment: 3, offset: 0))
    let report = try world.report()
    #expect(report.ids == ["GW613"])
    #expect(try report.delivery("main").gone == 40)
    #expect(try report.delivery("main").balance == .unknown)
    #expect(report.isWhole)
  }

  @Test("A torn tail is an information, and none at all while it may still be written", arguments: [true, false])
  func tornTail(isFresh: Bool) async throws {
    let world = try World()
    for _ in 0..<3 { try world.take(10) }
    let file = world.path(of: 1)
    try world.edit(file) { $0.removeLast(20) }
    // The segment was begun at the world's time, which bounds the age of its last write from below.
    let later = World.nowMs + (isFresh ? 5_000 : 60_000)
    try world.age(file)
    let report = try LogReview(directory: world.folder, nowMs: { later }).report()
    #expect(report.ids == (isFresh ? [] : ["GW603"]))
    #expect(report.isWhole)
    #expect(report.log.samplesTaken == 20)
  }

  @Test("Files that do not belong there are told, and what lies in damaged/ too")
  func foreignFiles() throws {
    let world = try World()
    try world.take(3)
    try Data("notes".utf8).write(to: URL(fileURLWithPath: world.folder + "/segments/notes.txt"))
    try Data("old".utf8).write(to: URL(fileURLWithPath: world.folder + "/damaged/something"))
    let report = try world.report()
    #expect(report.ids == ["GW604", "GW605"])
    #expect(report.log.damagedFiles.map(\.name) == ["something"])
    #expect(report.log.damagedFiles.map(\.bytes) == [3])
    #expect(report.isWhole)
  }

  @Test("A ledger that has counted what never was is found out", arguments: [-5, 5])
  func brokenBalance(by error: Int) async throws {
    let world = try World()
    try await world.deliver(to: "main")
    for _ in 0..<4 { try world.take(10) }
    try await world.deliver(to: "main")
    var file = try world.log.ledger(endpoint: "main")
    var ledger = try #require(file.document.flatMap(DeliveryLedger.init(decoding:)))
    var counts = SettledCounts()
    counts.acknowledged = UInt64(bitPattern: Int64(-error))
    ledger.settle(shard: 0, through: ledger.shards[0], counts)
    try file.store(ledger.encoded())
    let report = try world.report()
    #expect(report.ids == ["GW612"])
    #expect(try report.delivery("main").balance == .differs(Int64(error)))
    #expect(report.findings[0].message.contains("by 5 samples"))
    #expect(report.answer.exitCode() == 1)
  }

  @Test("A ledger that nobody can read is an error and hides nothing else")
  func ledgerUnreadable() async throws {
    let world = try World()
    try await world.deliver(to: "main")
    try await world.deliver(to: "other")
    try await world.deliver(to: "third")
    try world.edit(world.folder + "/endpoints/main.ledger") { bytes in
      for index in bytes.indices where bytes[index] != 0 { bytes[index] ^= 0x80 }
    }
    var file = try world.log.ledger(endpoint: "third")
    try file.store(Array("not a ledger".utf8))
    let report = try world.report()
    #expect(report.ids == ["GW611", "GW611"])
    #expect(try report.endpoint("main").delivery == nil)
    #expect(try report.delivery("other").balance == .holds)
  }

  @Test("A ledger that is ahead of the log is told")
  func beyondEnd() async throws {
    let world = try World()
    try world.take(10)
    var file = try world.log.ledger(endpoint: "main")
    let mark = LogPosition(segment: 9, offset: 128)
    try file.store(DeliveryLedger(startSequence: 0, position: mark, shardCount: 1).encoded())
    #expect(try world.report().ids == ["GW614"])
  }

  @Test("A record that is whole and holds nonsense is found by verifying")
  func undecodable() throws {
    let world = try World()
    try world.take(5)
    _ = try world.log.append(lane: 0, kind: 1, sampleCount: 5) { _, bytes in bytes += [1, 2, 3] }
    #expect(try world.report().findings == [])
    let report = try world.verify()
    #expect(report.ids == ["GW606"])
    #expect(report.verification?.undecodable == 1)
  }

  @Test("An endpoint that nobody knows is refused with the names that are known")
  func unknownEndpoint() async throws {
    let world = try World()
    try await world.deliver(to: "main")
    let error = #expect(throws: LogReviewError.self) { try world.report(endpoint: "mian") }
    #expect(error?.description.contains("known are \"main\"") == true)
    #expect(throws: LogReviewError.self) { try LogReview(directory: world.folder + "/nowhere").report() }
    #expect(!FileManager.default.fileExists(atPath: world.folder + "/nowhere"))
  }

  @Test("Neither showing nor verifying nor listing changes a name, a byte or a time")
  func nothingChanges() async throws {
    let world = try World(segmentBytesMax: 400)
    try await world.deliver(to: "main")
    for lane in 0..<8 { try world.take(20, lane: UInt32(lane)) }
    try await world.deliver(to: "main", answering(400, "no"))
    for lane in 0..<8 { try world.take(20, lane: UInt32(lane)) }
    try world.edit(world.path(of: 2)) { $0[140] ^= 1 }
    try world.edit(world.path(of: 12)) { $0[300] ^= 1 }
    try FileManager.default.removeItem(atPath: world.path(of: 5))
    try Data().write(to: URL(fileURLWithPath: world.folder + "/segments/empty"))
    let before = try world.snapshot()
    #expect(try !world.report().isWhole)
    #expect(try !world.verify().isWhole)
    #expect(try QuarantineReport.all(in: world.folder, endpoint: nil).count == 1)
    #expect(try QuarantineDrop(directory: world.folder, endpoint: "main", file: nil, removes: false).entries.count == 1)
    #expect(try world.snapshot() == before)
  }

  @Test("The answer in JSON is one object with the five members and the figures")
  func json() async throws {
    let world = try World()
    try await world.deliver(to: "main \"x\"")
    try world.take(7)
    let answer = try world.verify().answer
    let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.json().utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["ok", "summary", "data", "findings", "next"])
    #expect(object["ok"] as? Bool == true)
    let data = try #require(object["data"] as? [String: Any])
    let endpoints = try #require(data["endpoints"] as? [[String: Any]])
    #expect(endpoints[0]["name"] as? String == "main \"x\"")
    let delivery = try #require(endpoints[0]["delivery"] as? [String: Any])
    #expect((delivery["waiting"] as? [String: Any])?["samples"] as? Int == 7)
    #expect((delivery["balance"] as? [String: Any])?["state"] as? String == "holds")
    #expect((data["verification"] as? [String: Any])?["samples"] as? Int == 7)
  }
}
