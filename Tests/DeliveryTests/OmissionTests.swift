import MetricModel
import RemoteWriteProtocol
import Settings
import Telemetry
import Testing

@testable import Delivery

@Suite("What Remote Write 1.0 cannot carry", .timeLimit(.minutes(5)))
struct OmissionTests {
  private static func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    World.settings {
      $0.sendNativeHistograms = true
      $0.sendExemplars = true
      $0.queue.maxSamplesPerSend = 100
      change(&$0)
    }
  }

  static func histogram(schema: Int32, timestampMs: Int64) -> NativeHistogram {
    NativeHistogram(
      timestampMs: timestampMs, sum: Double(timestampMs), schema: schema, zeroThreshold: 0,
      counts: .integer(
        count: 1, zeroCount: schema == -53 ? 0 : 1, negativeDeltas: [], positiveDeltas: schema == -53 ? [1] : []),
      positiveSpans: schema == -53 ? [.init(offset: 0, length: 1)] : [], customValues: schema == -53 ? [1, 2] : [])
  }

  @Test("A histogram with custom buckets counts as refused, under its reason, and is kept as 2.0 carries it")
  func customBuckets() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(Self.settings(), to: courier)
    try world.append { batch in
      batch.append(world.series(["__name__": "m", "n": "float"]), timestampMs: 1, value: 1)
      batch.append(
        world.series(["__name__": "m", "n": "custom"]), histogram: Self.histogram(schema: -53, timestampMs: 2))
      batch.attach(Exemplar(labels: LabelSet(["trace_id": "1"]), value: 1, timestampMs: 2))
      batch.append(
        world.series(["__name__": "m", "n": "native"]), histogram: Self.histogram(schema: 0, timestampMs: 3))
    }
    await delivery.runToEnd()
    #expect(courier.record.accepted.map(\.series) == ["float", "native"])
    #expect(courier.record.posts.map(\.decoded.exemplarCount) == [0])
    expectSettled(delivery, taken: 3, acknowledged: 2, refused: 1)
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.map(\.message) == [WriteMessageVersion.v2.messageName])
    #expect(batches.map(\.refused) == [1])
    #expect(batches.map(\.values) == [["custom": [2]]])
    #expect(batches.allSatisfy { $0.status == 0 && $0.answer.hasPrefix("nhcb_in_rw1_not_supported") })
    #expect(delivery.metrics.histogramsNotInRW1.value == 1)
    #expect(delivery.metrics.histogramsFailed.value == 0)
    #expect(
      String(decoding: world.telemetry.render(), as: UTF8.self).contains(
        #"histograms_dropped_total{reason="nhcb_in_rw1_not_supported",remote_name="backend",url="http://localhost/write"} 1"#
      ))
  }

  @Test("Where there is nothing else no request is sent")
  func nothingElse() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(Self.settings(), to: courier)
    for time in 1...3 {
      try world.append {
        $0.append(
          world.series(["__name__": "m", "n": "c"]), histogram: Self.histogram(schema: -53, timestampMs: Int64(time)))
      }
    }
    await delivery.runToEnd()
    #expect(courier.record.posts.isEmpty)
    expectSettled(delivery, taken: 3, acknowledged: 0, refused: 3)
    #expect(try QuarantinedBatch.all(in: world).flatMap { $0.values["c"] ?? [] } == [1, 2, 3])
  }

  @Test("What is refused with the rest of its request is kept once, and what could not be in it apart")
  func refusedBeside() async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(400) }
    let delivery = try world.delivery(Self.settings(), to: courier)
    try world.append { batch in
      batch.append(world.series(["__name__": "m", "n": "float"]), timestampMs: 1, value: 1)
      batch.append(
        world.series(["__name__": "m", "n": "custom"]), histogram: Self.histogram(schema: -53, timestampMs: 2))
    }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 2, acknowledged: 0, refused: 2)
    #expect(try QuarantinedBatch.all(in: world).map(\.status).sorted() == [0, 400])
  }

  @Test(
    "Names are escaped by the scheme of the settings; 2.0 carries them as they are",
    arguments: [
      (WriteMessage.version1, NameEscaping.underscores, #"http_requests{_tenant_id="1",n="x"}"#),
      (.version1, .values, #"U__http_2e_requests{U____tenant_2e_id="1",n="x"}"#),
      (.version1, .dots, #"http_dot_requests{__tenant_dot_id="1",n="x"}"#),
      (.version2, .underscores, #"{"http.requests","_tenant.id"="1",n="x"}"#),
    ])
  func names(message: WriteMessage, scheme: NameEscaping, labels: String) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      Self.settings {
        $0.message = message
        $0.delivery.rw1Escaping = scheme
      }, to: courier)
    for time in 1...4 {
      try world.append {
        $0.append(
          world.series(["__name__": "http.requests", "_tenant.id": "1", "n": "x"]), timestampMs: Int64(time), value: 1)
      }
    }
    await delivery.runToEnd()
    for post in courier.record.posts {
      if message == .version1 { #expect(post.labels == [labels]) }
      let breaches = RequestValidation(of: post.decoded).breaches.filter { $0.severity > .note }
      #expect(breaches.isEmpty)
      let name = post.decoded.series.first?.labels["__name__"]
      #expect(name == (message == .version1 ? String(labels.prefix { $0 != "{" }) : "http.requests"))
    }
    expectSettled(delivery, taken: 4, acknowledged: 4)
  }

  @Test(
    "Series that become one by escaping stand together in time order, and one sample of a time is sent",
    arguments: [true, false])
  func collisions(legacyFirst: Bool) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(Self.settings(), to: courier)
    let legacy = world.series(["__name__": "a_b", "n": "x"], MetricMetadata(type: .counter, help: "Legacy."))
    let dotted = world.series(["__name__": "a.b", "n": "x"], MetricMetadata(type: .counter, help: "Dotted."))
    let dashed = world.series(["__name__": "a-b", "n": "x"])
    let other = world.series(["__name__": "c", "n": "y"])
    try world.append { batch in
      let order = legacyFirst ? [legacy, dotted, dashed, other] : [dashed, dotted, other, legacy]
      for (index, id) in order.enumerated() {
        batch.append(id, timestampMs: 1000, value: Double(index))
      }
      batch.append(dotted, timestampMs: 2000, value: 10)
      batch.append(legacy, timestampMs: 1500, value: 11)
    }
    await delivery.runToEnd()
    let posts = courier.record.posts
    #expect(posts.flatMap(\.labels).sorted() == [#"a_b{n="x"}"#, #"c{n="y"}"#])
    #expect(posts.flatMap(\.timestampsMs).sorted { $0.count > $1.count } == [[1000, 1500, 2000], [1000]])
    #expect(posts.allSatisfy { RequestValidation(of: $0.decoded).breaches.isEmpty })
    expectSettled(delivery, taken: 6, acknowledged: 4, refused: 2)
    #expect(delivery.metrics.samplesCollided.value == 2)
    let kept = try QuarantinedBatch.all(in: world)
    #expect(kept.flatMap(\.series).count == 2)
    #expect(kept.allSatisfy { $0.answer.hasPrefix("name_collision") })
  }

  @Test("Escaped names are given back with their series")
  func givenBack() async throws {
    let world = try World(segmentBytesMax: 200)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(Self.settings { $0.queue.maxSamplesPerSend = 5 }, to: courier)
    for number in 0..<40 {
      let id = world.series(["__name__": number % 2 == 0 ? "a.b" : "a_b", "n": "\(number / 2)"])
      try world.append { $0.append(id, timestampMs: Int64(number), value: 1) }
      world.registry.withTable { $0.release(id) }
    }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 40, acknowledged: 40)
    #expect(Set(courier.record.posts.flatMap(\.labels)).count == 20)
    #expect(world.registry.withTable { $0.count } == 0)
  }
}
