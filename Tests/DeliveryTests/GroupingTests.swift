import DurableLog
import GodwitTesting
import Settings
import Testing

@testable import Delivery

@Suite("Samples of one series in a request", .timeLimit(.minutes(5)))
struct GroupingTests {
  /// Sends what `append` puts into the log, in requests of 100 samples by one shard.
  private func requests(
    _ message: WriteMessage, _ append: (World) throws -> Void
  ) async throws -> [ScriptedCourier.Post] {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      World.settings {
        $0.message = message
        $0.sendNativeHistograms = true
        $0.queue.maxSamplesPerSend = 100
      }, to: courier)
    try append(world)
    await delivery.runToEnd()
    let taken = Int(world.log.endSequence)
    expectSettled(delivery, taken: taken, acknowledged: taken)
    return courier.record.posts
  }

  private func expectGrouped(_ posts: [ScriptedCourier.Post], sourceLocation: SourceLocation = #_sourceLocation) {
    for post in posts {
      #expect(Set(post.labels).count == post.labels.count, "request \(post.number)", sourceLocation: sourceLocation)
      for times in post.timestampsMs { #expect(times == times.sorted(), sourceLocation: sourceLocation) }
    }
  }

  @Test("A backlog of scrapes of one target has each series once in a request", arguments: WriteMessage.allCases)
  func backlog(message: WriteMessage) async throws {
    let posts = try await requests(message) { world in
      for _ in 0..<40 { try world.append(Array(0..<20), lane: 3) }
    }
    #expect(posts.count == 8)
    expectGrouped(posts)
    #expect(posts.allSatisfy { $0.timestampsMs.map(\.count) == [Int](repeating: 5, count: 20) })
    for series in 0..<20 {
      let times = posts.flatMap { $0.timestampsMs[series] }
      #expect(times == times.sorted())
    }
  }

  @Test("So does a backlog in which two lanes bring the same series")
  func twoLanes() async throws {
    let posts = try await requests(.version1) { world in
      for round in 0..<40 { try world.append(Array(0..<20), lane: UInt32(round % 2)) }
    }
    expectGrouped(posts)
    #expect(posts.allSatisfy { $0.labels.count == 20 })
  }

  @Test("Requests of many small records have each series once", arguments: 0..<8 as Range<UInt64>)
  func manyRecords(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    // Of few series nearly every request has some twice; of very many next to none has.
    let seriesCount = [60, 400, 4_000, 100_000][Int(seed % 4)]
    let posts = try await requests(.version2) { world in
      for _ in 0..<300 {
        let first = Int.random(in: 0..<seriesCount, using: &random)
        let count = Int.random(in: 1...4, using: &random)
        let series = random.oneIn(2) ? Array(first..<first + count) : (first..<first + count).reversed()
        try world.append(series, lane: UInt32.random(in: 0..<9, using: &random))
      }
    }
    #expect(posts.count > 5)
    // The last one may be so small that its samples stand alone.
    expectGrouped(posts.dropLast())
  }

  @Test("Two lanes that are not in step are put into the order of time within a request")
  func lanesOutOfStep() async throws {
    let posts = try await requests(.version1) { world in
      try world.append(Array(0..<32), lane: 0, timestampMs: 2000, histograms: true)
      try world.append(Array(0..<32), lane: 1, timestampMs: 1000, histograms: true)
      try world.append(Array(0..<32), lane: 0, timestampMs: 3000, histograms: true)
    }
    expectGrouped(posts)
    #expect(posts.map(\.timestampsMs) == [[[Int64]](repeating: [1000, 2000, 3000], count: 32)])
  }

  @Test("So does a single record that has a series twice")
  func oneRecord() async throws {
    let posts = try await requests(.version2) { try $0.append([1, 2, 1, 3, 1] + Array(4..<80), lane: 0) }
    expectGrouped(posts)
    #expect(posts.first?.timestampsMs.prefix(3) == [[1, 3, 5], [2], [4]])
  }

  @Test("A few samples are sent one by one, each series in the order of time", arguments: WriteMessage.allCases)
  func few(message: WriteMessage) async throws {
    let posts = try await requests(message) { world in
      try world.append([1, 2], lane: 0, timestampMs: 2000)
      try world.append([1, 2], lane: 1, timestampMs: 1000)
    }
    #expect(posts.map(\.timestampsMs) == [[[1000], [2000], [1000], [2000]]])
  }
}
