import GodwitTesting
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Telemetry
import Testing

@testable import Delivery

@Suite("The metrics of an endpoint", .timeLimit(.minutes(5)))
struct DeliveryMetricsTests {
  @Test(
    "Every name that Prometheus's dashboard and alerts read of an endpoint is there",
    arguments: [
      "queue_highest_timestamp_seconds", "queue_highest_sent_timestamp_seconds", "samples_total",
      "samples_dropped_total", "samples_failed_total", "samples_retried_total", "samples_pending", "histograms_pending",
      "exemplars_pending",
      "shards",
      "shards_max", "shards_min", "shards_desired", "shard_capacity", "enqueue_retries_total", "max_samples_per_send",
      "exemplars_total", "exemplars_failed_total", "exemplars_retried_total", "exemplars_dropped_total",
      "histograms_total", "histograms_failed_total", "histograms_retried_total", "histograms_dropped_total",
      "metadata_total", "metadata_failed_total", "metadata_retried_total", "bytes_total", "metadata_bytes_total",
      "sent_batch_duration_seconds",
    ])
  func names(name: String) throws {
    let world = try World()
    let delivery = try world.delivery(to: ScriptedCourier())
    let page = String(decoding: world.telemetry.render(), as: UTF8.self)
    #expect(page.contains("# TYPE prometheus_remote_storage_\(name) "))
    _ = delivery
  }

  /// Two floats, a histogram and two exemplars, of which `n="1"` is the first float.
  private func append(_ world: World, timestampMs: Int64) throws {
    try world.append { batch in
      batch.append(world.series(["__name__": "m", "n": "1"]), timestampMs: timestampMs, value: 1)
      batch.attach(Exemplar(labels: LabelSet(), value: 1, timestampMs: timestampMs))
      batch.append(world.series(["__name__": "m", "n": "2"]), timestampMs: timestampMs, value: 2)
      batch.append(
        world.series(["__name__": "m", "n": "3"]),
        histogram: OmissionTests.histogram(schema: 0, timestampMs: timestampMs))
      batch.attach(Exemplar(labels: LabelSet(), value: 1, timestampMs: timestampMs))
    }
  }

  /// The values of the counters of floats, histograms and exemplars.
  private func values(_ world: World, _ suffix: String, reason: String? = nil) -> [Int] {
    let lines = String(decoding: world.telemetry.render(), as: UTF8.self).split(separator: "\n")
    return ["samples", "histograms", "exemplars"].map { kind in
      let line = lines.first {
        $0.hasPrefix("prometheus_remote_storage_\(kind)_\(suffix){") && (reason.map($0.contains) ?? true)
      }
      return line.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } } ?? -1
    }
  }

  @Test("Floats, histograms and exemplars are counted apart: sent, retried and refused")
  func apart() async throws {
    let world = try World()
    let courier = ScriptedCourier { [.status(503), .accept, .written(status: 400, samples: 1)][min($0.number, 2)] }
    let delivery = try world.delivery(SenderChecklist.settings(.version2), to: courier)
    async let running: Void = delivery.run()
    try append(world, timestampMs: 1000)
    await courier.wait { $0.accepted.count == 3 }
    try append(world, timestampMs: 2000)
    await courier.wait { $0.posts.count == 3 }
    delivery.drain()
    await running
    #expect(values(world, "total") == [6, 3, 6])
    #expect(values(world, "retried_total") == [2, 1, 2])
    #expect(values(world, "failed_total") == [1, 1, 2])
    expectSettled(delivery, taken: 6, acknowledged: 4, refused: 2)
  }

  @Test("What is pending is counted apart, and nothing is once it has arrived or was refused")
  func pending() async throws {
    let world = try World()
    let door = Door()
    let courier = ScriptedCourier { post in
      if post.number == 0 { await door.pass() }
      return post.number == 0 ? .accept : .status(422)
    }
    let delivery = try world.delivery(
      SenderChecklist.settings(.version2) { $0.queue.maxSamplesPerSend = 6 }, to: courier)
    for time in [1000, 2000, 3000, 4000] as [Int64] { try append(world, timestampMs: time) }
    async let running: Void = delivery.run()
    await courier.wait { $0.posts.count == 1 }
    // Six samples of two records are read; the other two records may hold anything.
    #expect(values(world, "pending") == [12 - 2, 2, 4])
    #expect(delivery.status.waiting == 12)
    door.open()
    delivery.drain()
    await running
    #expect(values(world, "pending") == [0, 0, 0])
    expectSettled(delivery, taken: 12, acknowledged: 6, refused: 6)
  }

  @Test("So are those that are not sent, by reason")
  func dropped() async throws {
    let world = try World()
    let delivery = try world.delivery(
      SenderChecklist.settings(.version2) {
        $0.relabelRules = [RelabelRule(sourceLabels: ["n"], regex: "1", action: "drop")]
        $0.queue.sampleAgeLimit = .seconds(100)
      }, to: ScriptedCourier())
    try append(world, timestampMs: 1000)
    try append(world, timestampMs: 999_000)
    await delivery.runToEnd()
    #expect(values(world, "dropped_total", reason: "dropped_series") == [2, 0, 2])
    #expect(values(world, "dropped_total", reason: "too_old") == [1, 1, 1])
    #expect(values(world, "total") == [1, 1, 1])
    expectSettled(delivery, taken: 6, acknowledged: 2, dropped: 2, expired: 2)
  }
}
