import DurableLog
import GodwitTesting
import RemoteWriteProtocol
import Testing

@testable import Delivery

@Suite("Requests kept for other endpoints")
struct KeptRequestsTests {
  /// Samples number `first` to `first + count - 1` of a log whose records have ten each.
  private static func stretch(_ first: Int, _ count: Int, shard: Int = 0, of shards: Int = 1) -> SampleStretch {
    SampleStretch(
      shard: shard, shardCount: shards, first: place(first), last: place(first + count - 1), count: count)
  }

  private static func place(_ sample: Int) -> ShardMark {
    ShardMark(
      position: LogPosition(segment: 1, offset: UInt64(sample / 10 * 100)), samplesDone: UInt32(sample % 10))
  }

  private static func request(
    _ stretch: SampleStretch, _ version: WriteMessageVersion = .v2, bytes: Int = 100
  ) -> MadeRequest {
    MadeRequest(
      version: version, stretch: stretch, samples: stretch.count, histograms: 0, exemplars: 0,
      body: [UInt8](repeating: 7, count: bytes))
  }

  @Test("A request is there for as many as may want it, and gone with the last of them")
  func takers() {
    var kept = KeptRequests()
    let stretch = Self.stretch(5, 20)
    kept.keep(Self.request(stretch), takers: 2)
    for _ in 0..<2 {
      #expect(kept.advice(on: Self.stretch(5, 30), as: .v2) == .take(count: 20))
      #expect(kept.take(stretch, as: .v2)?.stretch == stretch)
    }
    #expect(kept.take(stretch, as: .v2) == nil)
    #expect(kept.isEmpty)
    #expect(kept.byteCount == 0)
  }

  @Test("Nothing is kept where nobody else may want it")
  func alone() {
    var kept = KeptRequests()
    kept.keep(Self.request(Self.stretch(0, 10)), takers: 0)
    #expect(kept.isEmpty)
  }

  @Test("A request of other samples, of another shard or in the other message is not taken")
  func others() {
    var kept = KeptRequests()
    kept.keep(Self.request(Self.stretch(0, 10)), takers: 3)
    #expect(kept.take(Self.stretch(0, 9), as: .v2) == nil)
    #expect(kept.take(Self.stretch(1, 10), as: .v2) == nil)
    #expect(kept.take(Self.stretch(0, 10), as: .v1) == nil)
    #expect(kept.take(Self.stretch(0, 10, shard: 1, of: 2), as: .v2) == nil)
    // As long, and with another end: a record in between was lost.
    var gapped = Self.stretch(0, 10)
    gapped.last = Self.place(19)
    #expect(kept.take(gapped, as: .v2) == nil)
    #expect(kept.advice(on: Self.stretch(0, 9), as: .v2) == .make)
    #expect(kept.advice(on: Self.stretch(0, 10), as: .v1) == .make)
    #expect(kept.advice(on: Self.stretch(0, 10, shard: 0, of: 2), as: .v2) == .make)
  }

  @Test("Who stands elsewhere goes as far as the next request that is there")
  func meeting() {
    var kept = KeptRequests()
    kept.keep(Self.request(Self.stretch(40, 10)), takers: 1)
    kept.keep(Self.request(Self.stretch(20, 20)), takers: 1)
    #expect(kept.advice(on: Self.stretch(13, 30), as: .v2) == .meet(Self.place(20)))
    #expect(kept.advice(on: Self.stretch(20, 30), as: .v2) == .take(count: 20))
    #expect(kept.advice(on: Self.stretch(25, 20), as: .v2) == .meet(Self.place(40)))
    #expect(kept.advice(on: Self.stretch(25, 15), as: .v2) == .make)
    #expect(kept.advice(on: Self.stretch(25, 30, shard: 1, of: 2), as: .v2) == .make)
  }

  @Test("Newer requests displace older ones within the bound", arguments: 0..<8 as Range<UInt64>)
  func bound(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var kept = KeptRequests()
    var model: [(stretch: SampleStretch, bytes: Int, takers: Int)] = []
    for step in 0..<400 {
      if random.oneIn(2), let chosen = model.indices.randomElement(using: &random) {
        let taken = kept.take(model[chosen].stretch, as: .v2)
        #expect(taken?.body.count == model[chosen].bytes, "seed \(seed) step \(step)")
        model[chosen].takers -= 1
        if model[chosen].takers == 0 { model.remove(at: chosen) }
      } else {
        let bytes = Int.random(in: 1...KeptRequests.bytesMax / 3, using: &random)
        let takers = Int.random(in: 1...3, using: &random)
        let stretch = Self.stretch(step * 10, 10)
        kept.keep(Self.request(stretch, bytes: bytes), takers: takers)
        model.append((stretch, bytes, takers))
        while model.reduce(0, { $0 + $1.bytes }) > KeptRequests.bytesMax { model.removeFirst() }
      }
      #expect(kept.byteCount == model.reduce(0) { $0 + $1.bytes }, "seed \(seed) step \(step)")
      #expect(kept.byteCount <= KeptRequests.bytesMax, "seed \(seed) step \(step)")
    }
  }

  @Test("A request that is larger than the bound is not kept, and displaces nothing")
  func large() {
    var kept = KeptRequests()
    kept.keep(Self.request(Self.stretch(0, 10)), takers: 1)
    kept.keep(Self.request(Self.stretch(10, 10), bytes: KeptRequests.bytesMax + 1), takers: 1)
    #expect(kept.byteCount == 100)
  }
}
