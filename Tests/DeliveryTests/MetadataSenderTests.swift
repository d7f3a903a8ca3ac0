import MetricModel
import RemoteWriteProtocol
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Delivery

@Suite("Metadata of Remote Write 1.0")
struct MetadataSenderTests {
  private static let families: [(name: String, metadata: MetricMetadata)] = [
    ("up", MetricMetadata(type: .gauge, help: "Is it up.")),
    ("http_requests", MetricMetadata(type: .counter, help: "Requests.", unit: "requests")),
    ("up", MetricMetadata(type: .gauge, help: "Is it up.")),
    ("up", MetricMetadata(type: .gauge, help: "Another version says it otherwise.")),
  ]

  @Test("Each description is told once, in the order of names, in requests of the size that is asked for")
  func requests() {
    let requests = MetadataSender.requests(Self.families, perRequest: 2, escaping: .underscores)
    #expect(requests.map { $0.map(\.familyName) } == [["http_requests", "up"], ["up"]])
    #expect(
      requests.flatMap { $0.map(\.metadata.help) }
        == ["Requests.", "Another version says it otherwise.", "Is it up."])
    #expect(MetadataSender.requests([], perRequest: 2, escaping: .underscores).isEmpty)
    #expect(MetadataSender.requests(Self.families, perRequest: 0, escaping: .underscores).count == 3)
  }

  @Test("A family is called as its series are in 1.0")
  func escaping() {
    let families: [(name: String, metadata: MetricMetadata)] = [
      ("http.requests", MetricMetadata(type: .counter, help: "Requests.")),
      ("http_requests", MetricMetadata(type: .counter, help: "Requests.")),
      ("up", MetricMetadata(type: .gauge, help: "Is it up.")),
    ]
    func names(_ scheme: NameEscaping) -> [String] {
      MetadataSender.requests(families, perRequest: 10, escaping: scheme).flatMap { $0.map(\.familyName) }
    }
    #expect(names(.underscores) == ["http_requests", "up"])
    #expect(names(.values) == ["U__http_2e_requests", "http_requests", "up"])
  }

  /// Runs a sender until `count` posts have come.
  private func posts(
    _ count: Int, _ settings: EndpointSettings, answering status: @escaping @Sendable (Int) -> Int
  ) async -> [OutgoingRequest] {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Int.self)
    let recorder = Recorder()
    let sender = MetadataSender(
      settings,
      courier: { request in
        let number = recorder.add(request)
        arrived.yield(number)
        return .answered(WriteResponse(status: status(number)))
      },
      metrics: DeliveryMetrics(registry: MetricsRegistry(), endpoint: "backend", url: "http://localhost"),
      pace: EndpointPace(), message: { WriteMessageVersion(settings.message) }, families: { Self.families })
    let task = Task { await sender.run() }
    for await number in arrivals where number + 1 >= count { break }
    task.cancel()
    await task.value
    return recorder.all
  }

  private final class Recorder: Sendable {
    private let requests = Mutex<[OutgoingRequest]>([])
    var all: [OutgoingRequest] { requests.withLock { $0 } }
    func add(_ request: OutgoingRequest) -> Int {
      requests.withLock { requests in
        requests.append(request)
        return requests.count - 1
      }
    }
  }

  private func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    World.settings {
      $0.metadata.sendInterval = .milliseconds(1)
      change(&$0)
    }
  }

  @Test("What is posted says of every family what its page says", .timeLimit(.minutes(5)))
  func content() async throws {
    let post = try #require(await posts(1, settings()) { _ in 204 }.first)
    #expect(post.version == .v1 && post.earlierAttempts == 0)
    var message: [UInt8] = []
    try Snappy.decompress(post.body[...], into: &message, maximum: 1 << 20)
    let decoded = try DecodedWriteRequest(decoding: message, version: .v1)
    #expect(decoded.series.isEmpty)
    #expect(decoded.metadata.count == 3)
    #expect(decoded.metadata.first?.metadata == MetricMetadata(type: .counter, help: "Requests.", unit: "requests"))
  }

  @Test(
    "A server's trouble is tried again, a refusal is not", .timeLimit(.minutes(5)), arguments: [(500, 1), (400, 0)])
  func retries(status: Int, earlierAttempts: Int) async {
    let posts = await posts(2, settings()) { $0 == 0 ? status : 204 }
    #expect(posts[1].earlierAttempts == earlierAttempts)
  }

  @Test("What the endpoint asks for in Retry-After holds for metadata, too, whoever was told", .timeLimit(.minutes(5)))
  func hold() async {
    let pace = EndpointPace()
    let began = ContinuousClock.now
    pace.hold(for: .milliseconds(300))
    let (arrivals, arrived) = AsyncStream.makeStream(of: Duration.self)
    let sender = MetadataSender(
      settings(),
      courier: { _ in
        arrived.yield(.now - began)
        var response = WriteResponse(status: 429)
        response.retryAfter = "100"
        return .answered(response)
      },
      metrics: DeliveryMetrics(registry: MetricsRegistry(), endpoint: "backend", url: "http://localhost"),
      pace: pace, message: { .v1 }, families: { Self.families })
    let task = Task { await sender.run() }
    var first: Duration?
    for await arrival in arrivals {
      first = arrival
      break
    }
    #expect(first ?? .zero >= .milliseconds(300))
    let shard = Bell()
    while true {
      if case .wait(let until?, true) = pace.ask(0, shard) {
        if until - .now > .seconds(50) { break }
      } else {
        pace.leave(0)
        Issue.record("a shard was let through")
        break
      }
      await Task.yield()
    }
    task.cancel()
    await task.value
  }

  @Test("Nothing is sent where it is switched off", .timeLimit(.minutes(5)))
  func silent() async {
    let sender = MetadataSender(
      settings { $0.metadata.send = false }, courier: { _ in .unreachable("nothing should be sent") },
      metrics: DeliveryMetrics(registry: MetricsRegistry(), endpoint: "backend", url: "http://localhost"),
      pace: EndpointPace(), message: { .v1 },
      families: {
        Issue.record("asked for families")
        return []
      })
    await sender.run()
  }

  @Test("Nothing is sent for 2.0, and from the next interval on once the endpoint is sent 1.0", .timeLimit(.minutes(5)))
  func afterFallback() async {
    let asked = Mutex(0)
    let (arrivals, arrived) = AsyncStream.makeStream(of: Int.self)
    let sender = MetadataSender(
      settings { $0.message = .version2 },
      courier: { _ in
        arrived.yield(asked.withLock { $0 })
        return .answered(WriteResponse(status: 204))
      },
      metrics: DeliveryMetrics(registry: MetricsRegistry(), endpoint: "backend", url: "http://localhost"),
      pace: EndpointPace(),
      message: {
        asked.withLock { asked in
          asked += 1
          return asked < 3 ? .v2 : .v1
        }
      }, families: { Self.families })
    let task = Task { await sender.run() }
    for await time in arrivals {
      #expect(time == 3)
      break
    }
    task.cancel()
    await task.value
  }
}
