import Foundation
import Listening
import Logging
import RemoteWriteProtocol
import Testing

@testable import Receiver

@Suite("The receiver's routes")
struct ReceiverRoutesTests {
  @Test(
    "Another method than a path knows gets 405 and is told which",
    arguments: [
      ("GET", "/api/v1/write", "POST"), ("PUT", "/api/v1/push", "POST"), ("POST", "/metrics", "GET"),
      ("DELETE", "/api/v1/receive/status", "GET"), ("GET", "/api/v1/receive/misbehave", "POST, DELETE"),
    ])
  func wrongMethods(method: String, path: String, allowed: String) async throws {
    try await withReceiver { _, client in
      let answer = try await client.send(method, path)
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == allowed)
    }
  }

  @Test("Any write path takes the same requests, and unknown paths are 404")
  func paths() async throws {
    try await withReceiver { _, client in
      let body = TestRequest.v2([TestSeries("up", at: 1)])
      let pushed = try await client.send("POST", "/api/v1/push", RawClient.v2Headers, body)
      #expect(pushed.status == 204)
      let unknown = try await client.send("POST", "/api/v2/write", RawClient.v2Headers, body)
      #expect(unknown.status == 404)
    }
  }

  @Test(
    "Health, readiness, front page and metrics answer",
    arguments: [
      ("/-/healthy", "healthy"), ("/-/ready", "ready"), ("/", "POST   /api/v1/write"),
      ("/metrics", "godwit_receiver_samples_total 1\n"),
      ("/metrics", "prometheus_http_requests_total{code=\"204\",handler=\"/api/v1/write\"} 1\n"),
    ])
  func pages(path: String, expected: String) async throws {
    try await withReceiver { _, client in
      _ = try await client.write(.v2, TestRequest.v2([TestSeries("up", at: 1)]))
      let answer = try await client.get(path)
      #expect(answer.status == 200)
      #expect(answer.body.contains(expected))
    }
  }

  @Test("The status page is the report, in JSON")
  func statusPage() async throws {
    try await withReceiver { receiver, client in
      let body = TestRequest.v1([TestSeries("up", at: 2, 1)], metadata: [("up", 2)])
      _ = try await client.write(.v1, body)
      _ = try await client.write(.v2, [1, 2, 3])
      let answer = try await client.get("/api/v1/receive/status")
      #expect(answer.headers["content-type"] == "application/json")
      let report = try JSONDecoder().decode(ReceiverReport.self, from: Data(answer.body.utf8))
      #expect(report == receiver.report())
      #expect(report.requests.map { "\($0.version) \($0.status) \($0.count)" } == ["v1 204 1", "v2 400 1"])
      #expect(report.metadata == 1)
      #expect(report.outOfOrder == 1)
      #expect(report.bytesCompressed == body.count + 3)
      #expect(report.bytesPerSample == Double(body.count + 3) / 2)
      #expect(report.breaches.map(\.code) == ["snappy", "timestamps_not_increasing"])
    }
  }

  @Test("The series page searches, limits, and writes numbers that JSON has not")
  func seriesPage() async throws {
    try await withReceiver { _, client in
      var infinite = TestSeries("inf metric", at: 5)
      infinite.samples = [(5, .infinity)]
      _ = try await client.write(.v2, TestRequest.v2([infinite, TestSeries("other", at: 7)]))
      let answer = try await client.get("/api/v1/receive/series?match=inf%20metric&limit=5")
      let series = try JSONDecoder().decode([SeriesReport].self, from: Data(answer.body.utf8))
      #expect(series.count == 1)
      #expect(series.first?.lastValue == "+Inf")
      #expect(series.first?.firstTimestampMs == 5)
      let all = try await client.get("/api/v1/receive/series?limit=1")
      let limited = try JSONDecoder().decode([SeriesReport].self, from: Data(all.body.utf8))
      #expect(limited.count == 1)
      let refused = try await client.get("/api/v1/receive/series?limit=x")
      #expect(refused.status == 400)
    }
  }

  @Test(
    "In strict order a late sample of a 1.0 request undoes it, and of a 2.0 request is left out",
    arguments: [
      (WriteMessageVersion.v1, ["missing", "missing", "missing"]), (.v2, ["1", "0", "0"]),
    ])
  func strictOrder(version: WriteMessageVersion, written: [String]) async throws {
    try await withReceiver {
      $0.strictOrder = true
    } _: { receiver, client in
      func body(_ series: [TestSeries]) -> [UInt8] {
        version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
      }
      _ = try await client.write(version, body([TestSeries("a", at: 10)]))
      let answer = try await client.write(version, body([TestSeries("b", at: 1), TestSeries("a", at: 9)]))
      #expect(answer.status == 400)
      #expect(answer.written == written)
      #expect(answer.body.contains("out of order"))
      #expect(receiver.report().series == (version == .v1 ? 1 : 2))
    }
  }

  @Test("A receiver starts once, stops, and starts again with what it had")
  func lifecycle() async throws {
    try await withReceiver { receiver, client in
      _ = try await client.write(.v2, TestRequest.v2([TestSeries("up", at: 1)]))
      await #expect(throws: ListeningError.self) { try await receiver.start() }
      await receiver.stop()
      await #expect(throws: (any Error).self) { try await client.get("/-/ready") }
      let again = RawClient(address: try await receiver.start())
      let page = try await again.get("/metrics")
      #expect(page.body.contains("godwit_receiver_samples_total 1\n"))
      #expect(receiver.report().samples == 1)
    }
  }

  @Test("An address that is taken is an error that names it")
  func takenAddress() async throws {
    try await withReceiver { _, client in
      var settings = ReceiverSettings()
      settings.listener.addresses = [client.address]
      let second = RemoteWriteReceiver(settings, logger: .init(label: "test"))
      let error = await #expect(throws: ListeningError.self) { try await second.start() }
      #expect(error?.code == .cannotListen)
      #expect(error?.description.contains("\(client.address)") == true)
    }
  }
}
