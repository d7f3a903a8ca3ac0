import RemoteWriteProtocol
import Settings
import Telemetry
import Testing

@testable import Delivery

/// What a 2.0 endpoint answers to a request of 4 floats and 3 histograms, and how many samples that leaves.
struct WrittenCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var answer: ScriptedCourier.Answer
  var acknowledged: Int
  /// In quarantine; nil where nothing is kept.
  var status: Int?

  init(_ name: String, _ status: Int, _ samples: Int?, _ histograms: Int?, acknowledged: Int) {
    testDescription = name
    answer = .written(status: status, samples: samples, histograms: histograms)
    self.acknowledged = acknowledged
    self.status = acknowledged < 7 ? status : nil
  }
}

@Suite("What an endpoint says it has written", .timeLimit(.minutes(5)))
struct WrittenCountsTests {
  static let cases = [
    WrittenCase("all of it with 2xx", 200, 4, 3, acknowledged: 7),
    WrittenCase("fewer samples with 2xx", 200, 1, 3, acknowledged: 4),
    WrittenCase("fewer histograms with 2xx", 204, 4, 1, acknowledged: 5),
    WrittenCase("samples alone with 2xx, no header for histograms", 200, 4, nil, acknowledged: 4),
    WrittenCase("histograms alone with 2xx, no header for samples", 200, nil, 3, acknowledged: 3),
    WrittenCase("more than was sent with 2xx", 200, 99, 99, acknowledged: 7),
    WrittenCase("nothing with 2xx", 200, 0, 0, acknowledged: 0),
    WrittenCase("a part with 400", 400, 2, 1, acknowledged: 3),
    WrittenCase("a part with 422", 422, 2, nil, acknowledged: 2),
    WrittenCase("a part with 413", 413, 4, nil, acknowledged: 4),
    WrittenCase("histograms alone with 400", 400, nil, 2, acknowledged: 2),
    WrittenCase("more histograms than were sent with 400", 400, 1, 99, acknowledged: 4),
    WrittenCase("all of it with 400", 400, 4, 3, acknowledged: 7),
    WrittenCase("more of it than was sent with 400", 400, Int.max, Int.max, acknowledged: 7),
    WrittenCase("nothing with 400", 400, 0, 0, acknowledged: 0),
  ]

  @Test("Acknowledged and refused are what was sent, exactly, and the quarantine says the same", arguments: cases)
  func exact(story: WrittenCase) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 0 ? story.answer : .accept }
    let delivery = try world.delivery(
      World.settings {
        $0.message = .version2
        $0.sendNativeHistograms = true
      }, to: courier)
    // Even series are histograms.
    try world.append([1, 3, 5, 7, 0, 2, 4], lane: 0, histograms: true)
    try world.append([9], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.arrivals.count) == [7, 1])
    expectSettled(delivery, taken: 8, acknowledged: story.acknowledged + 1, refused: 7 - story.acknowledged)
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.map(\.status) == (story.status.map { [$0] } ?? []))
    for batch in batches {
      #expect(batch.samples == 7)
      #expect(batch.refused == 7 - story.acknowledged)
    }
    let failed = delivery.metrics.samplesFailed.value + delivery.metrics.histogramsFailed.value
    #expect(failed == UInt64(7 - story.acknowledged))
  }

  @Test("A 2xx without any count to a 2.0 request is no acknowledgement: 1.0 is used, and nothing is counted twice")
  func noCounts() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.version == .v2 ? .written(status: 200, samples: nil) : .accept }
    let delivery = try world.delivery(World.settings { $0.message = .version2 }, to: courier)
    try world.append(Array(0..<7), lane: 0)
    await delivery.runToEnd()
    expectSettled(delivery, taken: 7, acknowledged: 7)
    #expect(courier.record.posts.map(\.version) == [.v2, .v1])
  }
}
