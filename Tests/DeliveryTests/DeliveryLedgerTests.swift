import DurableLog
import GodwitTesting
import Testing

@testable import Delivery

@Suite("The acknowledgement ledger")
struct DeliveryLedgerTests {
  private static func counts(_ numbers: [UInt64]) -> SettledCounts {
    var counts = SettledCounts()
    counts.acknowledged = numbers[0]
    counts.refused = numbers[1]
    counts.dropped = numbers[2]
    counts.expired = numbers[3]
    counts.damaged = numbers[4]
    return counts
  }

  private static func ledger(seed: UInt64) -> DeliveryLedger {
    var random = SeededRandom(seed: seed)
    let wide = { (random: inout SeededRandom) -> UInt64 in
      random.next() >> UInt64(Int.random(in: 0..<64, using: &random))
    }
    var ledger = DeliveryLedger(
      startSequence: wide(&random), position: LogPosition(segment: 1, offset: 0),
      shardCount: Int.random(in: 1...60, using: &random))
    for shard in ledger.shards.indices {
      let mark = ShardMark(
        position: LogPosition(segment: wide(&random), offset: wide(&random)),
        samplesDone: UInt32(truncatingIfNeeded: random.next()))
      ledger.settle(shard: shard, through: mark, counts((0..<5).map { _ in wide(&random) }))
    }
    if random.next() % 2 == 0 {
      ledger.leaveBacklog(before: LogPosition(segment: wide(&random), offset: wide(&random)))
      let mark = ShardMark(position: LogPosition(segment: wide(&random), offset: wide(&random)))
      ledger.settle(shard: 0, of: .backlog, through: mark, counts((0..<5).map { _ in wide(&random) }))
    }
    return ledger
  }

  @Test("A ledger of the first version, which knew no backlog, is read")
  func firstVersion() {
    let ledger = DeliveryLedger(decoding: [1, 9, 5, 4, 3, 2, 1, 2, 7, 100, 0, 8, 50, 6])
    #expect(ledger?.startSequence == 9 && ledger?.settled == Self.counts([5, 4, 3, 2, 1]) && ledger?.backlog == nil)
    #expect(
      ledger?.shards == [
        ShardMark(position: LogPosition(segment: 7, offset: 100)),
        ShardMark(position: LogPosition(segment: 8, offset: 50), samplesDone: 6),
      ])
  }

  @Test("A backlog keeps the marks it was left with; it is forgotten when all its shards have come to its end")
  func backlog() {
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 2)
    let (near, end) = (LogPosition(segment: 2, offset: 9), LogPosition(segment: 5, offset: 100))
    ledger.settle(shard: 1, through: ShardMark(position: near, samplesDone: 3), Self.counts([3, 0, 0, 0, 0]))
    ledger.leaveBacklog(before: end)
    #expect(ledger.shards == [ShardMark(position: end), ShardMark(position: end)])
    #expect(ledger.marks(of: .backlog) == [ShardMark(position: .start), ShardMark(position: near, samplesDone: 3)])
    #expect(ledger.lowWater == .start && ledger.waiting(endSequence: 10) == 7)
    ledger.settle(shard: 0, of: .backlog, through: ShardMark(position: end), Self.counts([5, 0, 0, 0, 0]))
    ledger.closeBacklog()
    #expect(ledger.backlog != nil && ledger.lowWater == near)
    ledger.settle(shard: 1, of: .backlog, through: ShardMark(position: end), Self.counts([2, 0, 0, 0, 0]))
    ledger.closeBacklog()
    #expect(ledger.backlog == nil && ledger.lowWater == end && ledger.waiting(endSequence: 10) == 0)
  }

  @Test("What is removed from the log moves a backlog on too, and forgets it if nothing of it is left")
  func removedBacklog() {
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 2)
    let end = LogPosition(segment: 5, offset: 100)
    ledger.leaveBacklog(before: end)
    ledger.expireRemoved(8, before: LogPosition(segment: 4, offset: 0))
    #expect(ledger.lowWater == LogPosition(segment: 4, offset: 0) && ledger.settled.expired == 8)
    ledger.expireRemoved(1, before: LogPosition(segment: 6, offset: 0))
    #expect(ledger.backlog == nil && ledger.lowWater == LogPosition(segment: 6, offset: 0))
  }

  @Test("More shards than a ledger has room for are not begun")
  func shardsMax() {
    var ledger = DeliveryLedger(startSequence: .max, position: .start, shardCount: 100_000)
    #expect(ledger.shards.count == DeliveryLedger.shardsMax)
    let far = LogPosition(segment: 1 << 20, offset: 1 << 31)
    for shard in ledger.shards.indices {
      ledger.settle(shard: shard, through: ShardMark(position: far, samplesDone: 1 << 20), SettledCounts())
    }
    ledger.leaveBacklog(before: far)
    #expect(ledger.encoded().count <= LedgerFile.documentBytesMax)
  }

  @Test("Survives being written and read", arguments: 0..<40 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    let ledger = Self.ledger(seed: seed)
    #expect(DeliveryLedger(decoding: ledger.encoded()) == ledger, "seed \(seed)")
  }

  @Test("Anything else is no ledger: cut, lengthened, of another version, or noise")
  func garbage() {
    let bytes = Self.ledger(seed: 3).encoded()
    for end in bytes.indices { #expect(DeliveryLedger(decoding: Array(bytes[..<end])) == nil) }
    #expect(DeliveryLedger(decoding: bytes + [0]) == nil)
    #expect(DeliveryLedger(decoding: [3] + bytes.dropFirst()) == nil)
    #expect(DeliveryLedger(decoding: [1, 0, 0, 0, 0, 0, 0, 0]) == nil, "no shard")
    let manyShards: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]
    #expect(DeliveryLedger(decoding: manyShards) == nil)
    var random = SeededRandom(seed: 9)
    for _ in 0..<2000 {
      let noise = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
      if let read = DeliveryLedger(decoding: noise) { #expect(DeliveryLedger(decoding: read.encoded()) == read) }
    }
  }

  @Test("What waits is what was taken and not settled; more settled than taken is no balance")
  func balance() {
    var ledger = DeliveryLedger(startSequence: 100, position: .start, shardCount: 2)
    #expect(ledger.waiting(endSequence: 150) == 50)
    ledger.settle(
      shard: 1, through: ShardMark(position: LogPosition(segment: 1, offset: 200)), Self.counts([10, 5, 3, 2, 1]))
    #expect(ledger.settled.total == 21)
    #expect(ledger.waiting(endSequence: 150) == 29)
    #expect(ledger.waiting(endSequence: 121) == 0)
    #expect(ledger.waiting(endSequence: 120) == nil)
    #expect(ledger.waiting(endSequence: 99) == nil)
  }

  @Test("The low water is the hindmost shard's position, and a mark never goes back")
  func marks() {
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 2)
    let far = ShardMark(position: LogPosition(segment: 3, offset: 10))
    ledger.settle(shard: 0, through: far, SettledCounts())
    #expect(ledger.lowWater == .start)
    let near = ShardMark(position: LogPosition(segment: 2, offset: 900), samplesDone: 4)
    ledger.settle(shard: 1, through: near, SettledCounts())
    #expect(ledger.lowWater == near.position)
    ledger.settle(shard: 0, through: near, SettledCounts())
    #expect(ledger.shards == [far, near])
  }

  @Test("Marks compare by position, then by samples done")
  func order() {
    let place = LogPosition(segment: 2, offset: 5)
    #expect(ShardMark(position: place) < ShardMark(position: place, samplesDone: 1))
    #expect(ShardMark(position: place, samplesDone: 9) < ShardMark(position: LogPosition(segment: 2, offset: 6)))
    #expect(ShardMark(position: place, samplesDone: 9) < ShardMark(position: LogPosition(segment: 3, offset: 0)))
  }

  @Test("Resharding keeps the place and the counts")
  func resharding() {
    var ledger = DeliveryLedger(startSequence: 7, position: .start, shardCount: 3)
    let place = LogPosition(segment: 4, offset: 44)
    for shard in 0..<3 {
      ledger.settle(shard: shard, through: ShardMark(position: place), Self.counts([1, 1, 1, 1, 1]))
    }
    ledger.reshard(to: 5, at: place)
    #expect(ledger.shards == Array(repeating: ShardMark(position: place), count: 5))
    #expect(ledger.settled.total == 15)
    ledger.reshard(to: 0, at: place)
    #expect(ledger.shards.count == 1)
  }
}
