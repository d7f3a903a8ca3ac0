import Foundation
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Testing

@testable import Delivery

@Suite("The sender's checklist: requests", .timeLimit(.minutes(5)))
struct SenderChecklistRequestTests {
  /// That it is a POST shows where the transport is: `Tests/TransportTests/ValueTests.swift`.
  @Test("S1 sends a protobuf message in the snappy block format", arguments: WriteMessage.allCases)
  func body(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message)
    let post = try #require(posts.first)
    // The framed format begins with a stream identifier.
    #expect(!post.body.starts(with: [0xff, 0x06, 0x00, 0x00]))
    var message: [UInt8] = []
    try Snappy.decompress(post.body[...], into: &message, maximum: 1 << 20)
    #expect(try DecodedWriteRequest(decoding: message, version: post.version).sampleCount == 3)
  }

  @Test("S2 sends io.prometheus.write.v2.Request, and 1.0 where that is asked for", arguments: WriteMessage.allCases)
  func messages(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message)
    #expect(posts.map(\.version.messageName) == [message.rawValue])
  }

  /// User-Agent is the transport's to add, like the host: `Tests/AgentTests/EndpointHeadersTests.swift`.
  @Test("S3 sends Content-Encoding, Content-Type and the version header", arguments: WriteMessage.allCases)
  func headers(message: WriteMessage) async throws {
    let post = try #require(try await SenderChecklist.posts(message).first)
    #expect(post.headers["Content-Encoding"] == "snappy")
    #expect(Set(post.headers.keys) == ["Content-Encoding", "Content-Type", "X-Prometheus-Remote-Write-Version"])
  }

  @Test(
    "S4 names the message of 2.0 in Content-Type, and uses the bare form for 1.0",
    arguments: [
      (WriteMessage.version1, "application/x-protobuf"),
      (.version2, "application/x-protobuf;proto=io.prometheus.write.v2.Request"),
    ])
  func contentType(message: WriteMessage, value: String) async throws {
    #expect(try await SenderChecklist.posts(message).map { $0.headers["Content-Type"] } == [value])
  }

  @Test(
    "S5 says 0.1.0 to receivers of 1.0 and 2.0.0 to others",
    arguments: [(WriteMessage.version1, "0.1.0"), (.version2, "2.0.0")])
  func versionHeader(message: WriteMessage, value: String) async throws {
    #expect(try await SenderChecklist.posts(message).map { $0.headers[HeaderName.version] } == [value])
  }

  @Test("S18 puts several series into a request", arguments: WriteMessage.allCases)
  func batches(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message) { try $0.append(Array(0..<90), lane: 0) }
    #expect(posts.map(\.labels.count) == [90])
  }

  @Test(
    "S19 sends all labels with every request, sorted by name, none twice, none empty, none reserved",
    arguments: WriteMessage.allCases)
  func labels(message: WriteMessage) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      SenderChecklist.settings(message) {
        $0.relabelRules = [
          RelabelRule(sourceLabels: ["n"], targetLabel: "zone", replacement: "$1"),
          RelabelRule(sourceLabels: ["n"], targetLabel: "a", replacement: ""),
        ]
        $0.queue.maxSamplesPerSend = 2
      }, to: courier, external: LabelSet(["region": "eu", "Zulu": "1", "a": "external"]))
    for _ in 0..<3 { try world.append([1, 3], lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 3)
    for post in courier.record.posts {
      for series in post.decoded.series {
        #expect(series.labels.isSortedAndUnique)
        #expect(series.labels.pairs.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty })
        #expect(series.labels.pairs.map(\.name) == ["Zulu", "__name__", "n", "region", "zone"])
      }
    }
  }

  @Test("S20 sends names in 1.0 that 1.0 allows, and any in 2.0", arguments: WriteMessage.allCases)
  func names(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message) { world in
      try world.append {
        $0.append(world.series(["__name__": "http.größe", "a b": "1", "9": "2", "n": "x"]), timestampMs: 1, value: 1)
      }
    }
    let series = try #require(posts.first?.decoded.series.first)
    if message == .version1 {
      #expect(RequestValidation(of: posts[0].decoded).breaches.isEmpty)
      #expect(series.labels.pairs.map(\.name) == ["_", "__name__", "a_b", "n"])
      #expect(series.labels["__name__"] == "http_gr__e")
    } else {
      #expect(series.labels.pairs.map(\.name) == ["9", "__name__", "a b", "n"])
      #expect(series.labels["__name__"] == "http.größe")
    }
  }

  @Test("S21 has the empty symbol first, each symbol once and only references that mean something")
  func symbols() async throws {
    let posts = try await SenderChecklist.posts(.version2, append: SenderChecklist.appendEverything)
    #expect(!posts.isEmpty)
    for post in posts {
      var body: [UInt8] = []
      try Snappy.decompress(post.body[...], into: &body, maximum: 1 << 20)
      // Field 4, a text of no bytes.
      #expect(body.starts(with: [0x22, 0]))
      // References beyond the table and odd ones do not decode.
      let decoded = try DecodedWriteRequest(decoding: body, version: .v2)
      #expect(!RequestValidation(of: decoded).breaches.contains { $0.code == .duplicateSymbols })
    }
  }

  @Test(
    "S22 has a sample or a histogram in each series of 2.0 and never both, nor exemplars alone in either",
    arguments: WriteMessage.allCases)
  func kinds(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(
      message, settings: { $0.queue.sampleAgeLimit = .seconds(100) },
      append: { world in
        // Of each series the first sample is too old to be sent, and so its exemplar must not be either.
        for time in [1000, 999_000] as [Int64] {
          try world.append { batch in
            for name in ["a", "b"] {
              batch.append(world.series(["__name__": name]), timestampMs: time, value: 1)
              batch.attach(Exemplar(labels: LabelSet(["trace_id": "\(time)"]), value: 1, timestampMs: time))
              batch.append(
                world.series(["__name__": name]), histogram: OmissionTests.histogram(schema: 0, timestampMs: time))
            }
            if time < 2000 {
              batch.append(world.series(["__name__": "old"]), timestampMs: time, value: 1)
              batch.attach(Exemplar(labels: LabelSet(["trace_id": "old"]), value: 1, timestampMs: time))
            }
          }
        }
      })
    let series = posts.flatMap(\.decoded.series)
    #expect(series.reduce(0) { $0 + $1.samples.count } == 2)
    #expect(series.reduce(0) { $0 + $1.histograms.count } == 2)
    #expect(series.flatMap { $0.exemplars.map { $0.labels["trace_id"] } } == ["999000", "999000"])
    for series in series {
      #expect(!series.samples.isEmpty || !series.histograms.isEmpty)
      if message == .version2 { #expect(series.samples.isEmpty || series.histograms.isEmpty) }
    }
  }

  @Test("S23 sends metadata, exemplars and start times in 2.0, and exemplars in 1.0", arguments: WriteMessage.allCases)
  func extras(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message, append: SenderChecklist.appendEverything)
    let all = posts.flatMap(\.decoded.series)
    let counters = all.filter { $0.labels["__name__"] == "requests_total" }
    let histograms = all.filter { $0.labels["__name__"] == "latency" }
    #expect(counters.flatMap { $0.exemplars.map { $0.labels["trace_id"] } } == ["1700000001000", "1700000002000"])
    #expect(histograms.flatMap { $0.exemplars.map { $0.labels["trace_id"] } } == ["h", "h"])
    let isSecond = message == .version2
    #expect(
      counters.flatMap(\.samples).map(\.startTimestampMs)
        == Array(repeating: isSecond ? 1_600_000_000_000 : 0, count: 2))
    #expect(
      histograms.flatMap(\.histograms).map(\.startTimestampMs)
        == Array(repeating: isSecond ? 1_600_000_000_001 : 0, count: 2))
    if isSecond {
      let metadata = MetricMetadata(type: .counter, help: "Requests: \\ \"ü\"\n.", unit: "requests")
      #expect(counters.allSatisfy { $0.metadata == metadata })
      #expect(histograms.allSatisfy { $0.metadata?.type == .histogram })
    }
    for post in posts { #expect(RequestValidation(of: post.decoded).breaches.filter { $0.severity > .note }.isEmpty) }
  }

  @Test("S24 gives each exemplar a value and a time, if need be that of its sample", arguments: WriteMessage.allCases)
  func exemplars(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message, append: SenderChecklist.appendEverything)
    let exemplars = posts.flatMap(\.decoded.series).flatMap { series in
      series.exemplars.map { (name: series.labels["__name__"], exemplar: $0) }
    }
    #expect(exemplars.count == 6)
    for (name, exemplar) in exemplars {
      let value = ["requests_total": 0.5, "both": 0.25, "latency": 2][name ?? ""]
      #expect(exemplar.value == value)
      #expect(exemplar.timestampMs ?? 0 > 1_600_000_000_000)
    }
  }

  /// When they are due is shown where that is decided, in `Tests/ScrapingTests`.
  @Test("S25 sends stale markers as they were taken, bit by bit", arguments: WriteMessage.allCases)
  func staleMarkers(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message, append: SenderChecklist.appendEverything)
    let values = posts.flatMap(\.decoded.series).flatMap { series in
      series.samples.map { (name: series.labels["__name__"], bits: $0.value.bitPattern) }
    }
    #expect(values.filter { $0.name == "gone" }.map(\.bits) == [0x7ff0_0000_0000_0002, 0x7ff0_0000_0000_0002])
    #expect(!values.contains { $0.name != "gone" && $0.bits == 0x7ff0_0000_0000_0002 })
  }

  @Test(
    "S26 sends no empty request first: 2.0 has done away with it, and what a receiver takes shows by its answers",
    arguments: WriteMessage.allCases)
  func noProbe(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message)
    #expect(posts.map(\.arrivals.count) == [3])
  }
}
