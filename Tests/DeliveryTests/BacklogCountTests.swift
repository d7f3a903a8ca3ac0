import DurableLog
import Foundation
import GodwitTesting
import Settings
import Testing

@testable import Delivery

@Suite("Counting what waits", .timeLimit(.minutes(5)))
struct BacklogCountTests {
  /// One record of the log as the test wrote it.
  private struct Written {
    var lane: UInt32
    var samples: UInt64
    var bytes: UInt64
    var position: LogPosition
    var next: LogPosition
  }

  /// A log of random records, of which some headers are damaged.
  private struct RandomLog {
    var written: [Written] = []
    var damaged: Set<Int> = []
  }

  private static func fill(_ world: World, using random: inout SeededRandom) throws -> RandomLog {
    var log = RandomLog()
    for _ in 0..<Int.random(in: 0...120, using: &random) {
      let lane = UInt32.random(in: 0..<16, using: &random)
      let samples = Int.random(in: 0...9, using: &random)
      let payload = [UInt8](repeating: 0x55, count: .random(in: 0...60, using: &random))
      let next = try world.log.append(lane: lane, kind: 1, sampleCount: samples) { _, bytes in bytes += payload }
      let bytes = UInt64(payload.count + 44)
      log.written.append(
        Written(
          lane: lane, samples: UInt64(samples), bytes: bytes,
          position: LogPosition(segment: next.segment, offset: next.offset - bytes), next: next))
    }
    for index in log.written.indices where random.oneIn(30) {
      // Damage beside damage is one range, and at a segment's end nobody knows what it held: both have tests elsewhere.
      let isInside = index + 1 < log.written.count && index > 0
      guard isInside, log.written[index + 1].position == log.written[index].next,
        log.written[index - 1].next == log.written[index].position, !log.damaged.contains(index - 1)
      else { continue }
      log.damaged.insert(index)
      let place = log.written[index].position
      let path = world.folder + "/segments/" + String(format: "%020d", place.segment) + ".segment"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[Int(place.offset) + 9] ^= 0x10
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    return log
  }

  @Test("It is what going through all records by hand comes to, wherever shards stand", arguments: SeededRandom.seeds)
  func model(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<20 {
      let world = try World(segmentBytesMax: 1500)
      let log = try Self.fill(world, using: &random)
      let shards = Int.random(in: 1...5, using: &random)
      var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: shards)
      var expected = (samples: UInt64(0), bytes: UInt64(0), lost: UInt64(0))
      for shard in 0..<shards {
        // A shard stands between two records, or within one of its own that is whole.
        let place = Int.random(in: 0...log.written.count, using: &random)
        var settled = SettledCounts()
        for (index, record) in log.written.enumerated() {
          let isMine = log.damaged.contains(index) ? shard == 0 : Int(record.lane) % shards == shard
          guard isMine else { continue }
          if index < place {
            settled.acknowledged += record.samples
          } else if log.damaged.contains(index) {
            expected.lost += record.samples
          } else {
            expected.samples += record.samples
            expected.bytes += record.bytes
          }
        }
        var mark = ShardMark(position: place < log.written.count ? log.written[place].position : world.log.end)
        if place < log.written.count, !log.damaged.contains(place), Int(log.written[place].lane) % shards == shard {
          mark.samplesDone = UInt32.random(in: 0...UInt32(log.written[place].samples), using: &random)
          settled.acknowledged += UInt64(mark.samplesDone)
          expected.samples -= UInt64(mark.samplesDone)
        }
        ledger.settle(shard: shard, through: mark, settled)
      }
      let count = try BacklogCount(of: ledger, in: world.log)
      let story: Comment = "seed \(seed), round \(round), \(shards) shards, damaged \(log.damaged)"
      #expect(count.samples == expected.samples, story)
      #expect(count.recordBytes == expected.bytes, story)
      if count.unknownLosses == 0 {
        #expect(count.lost == expected.lost, story)
        #expect(count.difference(to: ledger) == 0, story)
        #expect(count.samples + count.lost == ledger.waiting(endSequence: world.log.endSequence), story)
      }
      #expect((count.oldestMs == nil) == (expected.bytes == 0), story)
    }
  }

  @Test("A ledger that has counted too much or too little is found out by so much", arguments: [-3, -1, 1, 250])
  func difference(by error: Int) throws {
    let world = try World()
    for lane in 0..<5 { try world.append(Array(0..<100), lane: UInt32(lane)) }
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 2)
    var counts = SettledCounts()
    counts.acknowledged = UInt64(300 - error)
    ledger.settle(shard: 0, through: ShardMark(position: world.log.end), counts)
    let count = try BacklogCount(of: ledger, in: world.log)
    #expect(count.samples == 200)
    #expect(count.difference(to: ledger) == Int64(error))
  }

  @Test("The log held back is what lies from the low-water mark to the end")
  func logBytes() throws {
    let world = try World(segmentBytesMax: 500)
    var ends: [LogPosition] = []
    for number in 0..<12 {
      try world.append(Array(0..<10), lane: UInt32(number))
      ends.append(world.log.end)
    }
    let all = DeliveryLedger(startSequence: 0, position: .start, shardCount: 1)
    #expect(try BacklogCount(of: all, in: world.log).logBytes == world.log.bytes)
    let some = DeliveryLedger(startSequence: 0, position: ends[5], shardCount: 1)
    let before = world.log.segments().filter { $0.number < ends[5].segment }.reduce(0) { $0 + $1.bytes }
    #expect(try BacklogCount(of: some, in: world.log).logBytes == world.log.bytes - before - ends[5].offset)
    let none = DeliveryLedger(startSequence: 0, position: world.log.end, shardCount: 1)
    #expect(try BacklogCount(of: none, in: world.log).logBytes == 0)
  }

  @Test("What went with removed segments cannot be counted, and is what the ledger lacks")
  func gone() throws {
    let world = try World(segmentBytesMax: 300)
    for number in 0..<8 { try world.append(Array(0..<10), lane: UInt32(number)) }
    let ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 3)
    try world.log.remove(before: LogPosition(segment: 4, offset: 0))
    let count = try BacklogCount(of: ledger, in: world.log)
    #expect(count.goneBefore == 4)
    #expect(count.difference(to: ledger) == nil)
    #expect(count.gone(by: ledger) == world.log.segments().first?.firstSequence)
  }

  @Test("An endpoint that is new to an empty log has nothing waiting and a balance that holds")
  func empty() throws {
    let world = try World()
    let ledger = DeliveryLedger(startSequence: 0, position: world.log.end, shardCount: 4)
    let before = try BacklogCount(of: ledger, in: world.log)
    #expect(before.difference(to: ledger) == 0)
    #expect(before.samples == 0)
    #expect(before.oldestMs == nil)
    try world.append([1, 2, 3], lane: 9)
    #expect(try BacklogCount(of: ledger, in: world.log).samples == 3)
  }

  @Test("A mark behind the end of the log is told, not counted")
  func beyondEnd() throws {
    let world = try World()
    try world.append([1, 2, 3], lane: 0)
    let mark = LogPosition(segment: world.log.end.segment + 7, offset: 128)
    let ledger = DeliveryLedger(startSequence: 0, position: mark, shardCount: 1)
    let count = try BacklogCount(of: ledger, in: world.log)
    #expect(count.markBeyondEnd == mark)
    #expect(count.difference(to: ledger) == nil)
  }

  @Test("Segments missing between others that a shard came past are not counted a second time when older ones expire")
  func missingAndGone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "delivery-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = LogSettings()
    settings.segmentBytesMax = 300
    // One record a segment, and its samples 20: those of odd numbers are shard 0's, the others shard 1's.
    var log: DurableLog? = try DurableLog(directory: folder, settings: settings)
    for lane in 0..<8 {
      _ = try log?.append(lane: UInt32(lane), kind: 1, sampleCount: 20) { _, bytes in
        bytes += [UInt8](repeating: 7, count: 300)
      }
    }
    // Shard 0 has come to the end and counted segment 4, which is missing, as damaged; shard 1 stands at the beginning.
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 2)
    var counts = SettledCounts()
    counts.acknowledged = 20 * 4
    counts.damaged = 20
    ledger.settle(shard: 0, through: ShardMark(position: try #require(log?.end)), counts)
    var file = try log?.ledger(endpoint: "backend")
    try file?.store(ledger.encoded())
    log = nil
    for segment in [1, 2, 4] {
      try FileManager.default.removeItem(atPath: "\(folder)/segments/\(String(format: "%020d", segment)).segment")
    }
    let reopened = try DurableLog(directory: folder, settings: settings)
    let keeper = try LedgerKeeper.open(endpoint: "backend", shardCount: 2, log: reopened)
    // Segment 2 alone: what lay in segment 1 had been acknowledged.
    #expect(keeper.ledger.settled.expired == 20)
    let count = try BacklogCount(of: keeper.ledger, in: reopened)
    #expect(count.samples == 20 * 2)
    #expect(count.difference(to: keeper.ledger) == 0)
  }
}
