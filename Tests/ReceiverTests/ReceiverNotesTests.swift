import MetricModel
import RemoteWriteProtocol
import Testing

@testable import Receiver

/// What the receiver tells of requests, good and bad, over real sockets. The checklist itself is in
/// `WriteChecklistTests`, for the receiver and the agent.
@Suite("What the receiver notes of requests")
struct ReceiverNotesTests {
  @Test("Both messages, compressed with snappy, are taken", arguments: WriteMessageVersion.allCases)
  func bothMessages(version: WriteMessageVersion) async throws {
    try await withReceiver { receiver, client in
      let series = [TestSeries("up", [("job", "a")], at: 1000, 2000)]
      let body = version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
      let answer = try await client.write(version, body)
      #expect(answer.status == 204)
      #expect(receiver.report().samples == 2)
      #expect(receiver.series(matching: "up").first?.labels == ["__name__": "up", "job": "a"])
    }
  }

  @Test(
    "An unsupported type or encoding is answered with 415",
    arguments: [
      ("Content-Type", "application/json"), ("Content-Type", "image/png"), ("Content-Encoding", "gzip"),
      ("Content-Encoding", "deflate"), ("Content-Type", "application/x-protobuf;proto=some.other.Message"),
    ])
  func unsupported(header: String, value: String) async throws {
    try await withReceiver { _, client in
      let answer = try await client.write(.v2, TestRequest.v2([TestSeries("up", at: 1)]), changing: [header: value])
      #expect(answer.status == 415)
      #expect(answer.written == ["0", "0", "0"])
      #expect(!answer.body.isEmpty)
    }
  }

  @Test(
    "The message is chosen by Content-Type, whatever the version header says",
    arguments: [
      "application/x-protobuf;proto=io.prometheus.write.v2.Request",
      "application/x-protobuf; proto=io.prometheus.write.v2.Request",
    ])
  func messageByContentType(contentType: String) async throws {
    try await withReceiver { receiver, client in
      let answer = try await client.write(
        .v2, TestRequest.v2([TestSeries("up", at: 1)]),
        changing: ["Content-Type": contentType, "X-Prometheus-Remote-Write-Version": "0.1.0"])
      #expect(answer.status == 204)
      #expect(answer.written == ["1", "0", "0"])
      #expect(receiver.report().breaches.map(\.code).contains("version_header_mismatch"))
    }
  }

  @Test("Success is 204 with an empty body", arguments: WriteMessageVersion.allCases)
  func emptySuccess(version: WriteMessageVersion) async throws {
    try await withReceiver { _, client in
      let answer = try await client.write(version, version == .v1 ? TestRequest.v1([]) : TestRequest.v2([]))
      #expect(answer.status == 204)
      #expect(answer.body.isEmpty)
    }
  }

  @Test(
    "What is invalid leads to 400 with a reason; the rest of a 2.0 request is written",
    arguments: [
      ("missing_metric_name", [("job", "a")]), ("missing_metric_name", [("__name__", "")]),
      ("empty_label_value", [("__name__", "m"), ("a", "")]), ("empty_label_name", [("", "x"), ("__name__", "m")]),
      ("duplicate_label_name", [("__name__", "m"), ("a", "1"), ("a", "2")]),
    ])
  func invalidLabels(code: String, labels: [(String, String)]) async throws {
    try await withReceiver { receiver, client in
      var bad = TestSeries("", at: 5, 6)
      bad.labels = labels
      let answer = try await client.write(.v2, TestRequest.v2([TestSeries("good", at: 1), bad]))
      #expect(answer.status == 400)
      #expect(answer.written == ["1", "0", "0"])
      #expect(answer.body.contains("2 refused as "))
      #expect(answer.body.contains("the other 1 were written"))
      let report = receiver.report()
      #expect(report.samples == 1)
      #expect(report.refused.map(\.count) == [2])
      #expect(report.breaches.map(\.code).contains(code))
    }
  }

  @Test("A 1.0 request with an invalid series is refused whole")
  func wholeRefusal() async throws {
    try await withReceiver { receiver, client in
      var bad = TestSeries("", at: 5)
      bad.labels = [("job", "a")]
      let answer = try await client.write(.v1, TestRequest.v1([TestSeries("good", at: 1), bad]))
      #expect(answer.status == 400)
      #expect(answer.body.contains("nothing was written"))
      #expect(receiver.report().series == 0)
    }
  }

  @Test("A series with both kinds, with neither, and a histogram that contradicts itself are refused")
  func invalidData() async throws {
    try await withReceiver { receiver, client in
      var both = TestSeries("both", at: 1)
      both.histograms = [(1, 3)]
      var wrongCount = TestSeries("wrong")
      wrongCount.histograms = [(1, 99)]
      var right = TestSeries("right")
      right.histograms = [(1, 3)]
      let answer = try await client.write(.v2, TestRequest.v2([both, TestSeries("neither"), wrongCount, right]))
      #expect(answer.status == 400)
      #expect(answer.written == ["0", "1", "0"])
      #expect(
        receiver.report().refused.map(\.code)
          == ["histogram_count", "samples_and_histograms", "series_without_data"])
    }
  }

  @Test("The written counts are exact, for samples, histograms and exemplars")
  func writtenCounts() async throws {
    try await withReceiver { receiver, client in
      var samples = TestSeries("s", at: 1, 2, 3)
      samples.exemplars = [(1, 0.5), (0, 0.5)]
      var histograms = TestSeries("h")
      histograms.histograms = [(1, 3), (2, 3)]
      let answer = try await client.write(.v2, TestRequest.v2([samples, histograms]))
      // The exemplar without a timestamp is refused, so it cannot be 204.
      #expect(answer.status == 400)
      #expect(answer.written == ["3", "2", "1"])
      #expect(receiver.report().exemplars == 1)
    }
  }

  @Test(
    "What can never succeed gets a 4xx that is not 429",
    arguments: [
      [], [0x05, 0x01], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x01, 0x00, 0xff],
    ] as [[UInt8]])
  func corruptBodies(body: [UInt8]) async throws {
    try await withReceiver { _, client in
      for version in WriteMessageVersion.allCases {
        let answer = try await client.write(version, body)
        #expect(answer.status == 400)
        #expect(!answer.body.isEmpty)
      }
    }
  }

  @Test("A body larger than the bound gets 413, and one that decompresses to more gets 400")
  func largeBodies() async throws {
    try await withReceiver {
      $0.bodyBytesMax = 1000
    } _: { receiver, client in
      expectStatus(413, try await client.write(.v2, [UInt8](repeating: 7, count: 1001)))
      let bomb = TestRequest.compressed([UInt8](repeating: 0, count: 1001))
      #expect(bomb.count < 1000)
      expectStatus(400, try await client.write(.v2, bomb))
      #expect(receiver.report().requests.map(\.status).sorted() == [400, 413])
    }
  }

  @Test("The same request again is taken and counted as duplicates, and adds no series")
  func idempotence() async throws {
    try await withReceiver { receiver, client in
      let body = TestRequest.v2([TestSeries("a", at: 1, 2), TestSeries("b", at: 1)])
      for _ in 0..<2 { expectStatus(204, try await client.write(.v2, body)) }
      #expect(receiver.report().duplicates == 3)
      #expect(receiver.report().series == 2)
      #expect(receiver.series(matching: "a").first?.duplicates == 2)
    }
  }

  @Test("A start timestamp of 0 and a type of 0 mean that none was given")
  func unsetFields() async throws {
    try await withReceiver { receiver, client in
      var counter = TestSeries("c_total", at: 10)
      counter.startTimestampMs = 5
      counter.type = 1
      counter.help = "Counts."
      expectStatus(204, try await client.write(.v2, TestRequest.v2([counter, TestSeries("u", at: 10)])))
      #expect(receiver.series(matching: "c_total").first?.type == "counter")
      #expect(receiver.series(matching: "c_total").first?.help == "Counts.")
      #expect(receiver.series(matching: "u").first?.type == nil)
    }
  }

  @Test("Fields that this version does not know are passed over")
  func unknownFields() async throws {
    try await withReceiver { _, client in
      let answer = try await client.write(.v2, TestRequest.v2([TestSeries("up", at: 1)], unknownFields: true))
      #expect(answer.status == 204)
      #expect(answer.written == ["1", "0", "0"])
    }
  }

  @Test("A series with more labels than may be is refused, as a message that is not accepted is")
  func bounds() async throws {
    try await withReceiver {
      $0.labelsPerSeriesMax = 2
      $0.acceptedVersions = [.v2]
    } _: { receiver, client in
      let wide = TestSeries("wide", [("a", "1"), ("b", "2")], at: 1)
      expectStatus(400, try await client.write(.v2, TestRequest.v2([wide])))
      #expect(receiver.report().refused.map(\.code) == ["too_many_labels"])
      expectStatus(415, try await client.write(.v1, TestRequest.v1([TestSeries("m", at: 1)])))
    }
  }

  @Test(
    "A 1.0 request without its headers is read as one and noted",
    arguments: [
      "Content-Type", "Content-Encoding", "User-Agent", "X-Prometheus-Remote-Write-Version",
    ])
  func missingHeaders(name: String) async throws {
    try await withReceiver { receiver, client in
      let body = TestRequest.v1([TestSeries("m", at: 1)])
      expectStatus(204, try await client.write(.v1, body, changing: [name: nil]))
      #expect(receiver.report().breaches.map(\.count) == [1])
    }
  }

  @Test("Unsorted labels are sorted and are the same series", arguments: WriteMessageVersion.allCases)
  func unsortedLabels(version: WriteMessageVersion) async throws {
    try await withReceiver { receiver, client in
      var unsorted = TestSeries("m", at: 2)
      unsorted.labels = [("z", "1"), ("__name__", "m"), ("a", "2")]
      let series = [TestSeries("m", [("a", "2"), ("z", "1")], at: 1), unsorted]
      let body = version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
      expectStatus(204, try await client.write(version, body))
      #expect(receiver.report().series == 1)
      #expect(receiver.report().breaches.map(\.code).contains("unsorted_labels"))
    }
  }
}
