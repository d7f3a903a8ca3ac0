import MetricModel
import RemoteWriteProtocol
import Settings

@testable import Delivery

/// What the tests of the sender's checklist share. Each test begins with its row's number in the list of requirements of
/// Remote Write 1.0 and 2.0 on senders, and looks at what was posted.
enum SenderChecklist {
  static func settings(
    _ message: WriteMessage, _ change: (inout EndpointSettings) -> Void = { _ in }
  ) -> EndpointSettings {
    World.settings {
      $0.message = message
      $0.sendExemplars = true
      $0.sendNativeHistograms = true
      $0.queue.maxSamplesPerSend = 100
      change(&$0)
    }
  }

  /// Sends three samples.
  static func posts(
    _ message: WriteMessage,
    answering script: @escaping @Sendable (ScriptedCourier.Post) async -> ScriptedCourier.Answer = { _ in .accept }
  ) async throws -> [ScriptedCourier.Post] {
    try await posts(message, answering: script, settings: { _ in }, append: { try $0.append([1, 3, 5], lane: 0) })
  }

  /// Sends what `append` puts into a log, each record as often as the endpoint's answers ask for.
  static func posts(
    _ message: WriteMessage,
    answering script: @escaping @Sendable (ScriptedCourier.Post) async -> ScriptedCourier.Answer = { _ in .accept },
    settings change: (inout EndpointSettings) -> Void = { _ in }, append: (World) throws -> Void
  ) async throws -> [ScriptedCourier.Post] {
    let world = try World()
    let courier = ScriptedCourier(script)
    let delivery = try world.delivery(settings(message, change), to: courier)
    try append(world)
    await delivery.runToEnd()
    return courier.record.posts
  }

  /// Series of all kinds: with both kinds of samples, exemplars with and without a time, metadata, a start.
  static func appendEverything(to world: World) throws {
    let both = ["__name__": "both", "job": "a", "instance": "b"]
    let counter = world.series(
      ["__name__": "requests_total", "job": "a", "path": "/ü"],
      MetricMetadata(type: .counter, help: "Requests: \\ \"ü\"\n.", unit: "requests"))
    for time in [1_700_000_001_000, 1_700_000_002_000] as [Int64] {
      try world.append { batch in
        batch.append(counter, timestampMs: time, value: 7, startTimestampMs: 1_600_000_000_000)
        batch.attach(
          Exemplar(labels: LabelSet(["trace_id": "\(time)", "span_id": "é"]), value: 0.5, timestampMs: time - 10))
        batch.append(world.series(both), timestampMs: time, value: 1)
        batch.attach(Exemplar(labels: LabelSet(), value: 0.25, timestampMs: nil))
        batch.append(world.series(both), histogram: OmissionTests.histogram(schema: 3, timestampMs: time))
        var histogram = OmissionTests.histogram(schema: 0, timestampMs: time)
        histogram.startTimestampMs = 1_600_000_000_001
        batch.append(world.series(["__name__": "latency"], MetricMetadata(type: .histogram)), histogram: histogram)
        batch.attach(Exemplar(labels: LabelSet(["trace_id": "h"]), value: 2, timestampMs: nil))
        batch.append(
          world.series(["__name__": "gone"], MetricMetadata(type: .gauge)), timestampMs: time,
          value: SpecialNaN.staleMarker)
      }
    }
  }
}
