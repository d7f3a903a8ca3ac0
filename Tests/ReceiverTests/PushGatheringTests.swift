import Foundation
import GodwitTesting
import Intake
import RemoteWriteProtocol
import Testing

@testable import Agent

@Suite("Pushes that are gathered where they arrive")
struct PushGatheringTests {
  /// Requests of which each is answered otherwise, as bytes.
  private static func requests(_ random: inout SeededRandom) -> [[UInt8]] {
    func request(
      _ body: [UInt8], _ headers: [String: String], method: String = "POST", path: String = "/api/v1/write",
      isChunked: Bool = false
    ) -> [UInt8] {
      var head = "\(method) \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      guard isChunked else { return Array((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body }
      let size = String(body.count, radix: 16)
      return Array((head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n").utf8) + body + Array("\r\n0\r\n\r\n".utf8)
    }
    let series = (0..<Int.random(in: 1...50, using: &random)).map { TestSeries("m", [("n", "\($0)")], at: 1, 2) }
    let (v1, v2) = (RawClient.v1Headers, RawClient.v2Headers)
    let large = (0..<100_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    var bad = TestRequest.v2([TestSeries("m", at: 1), TestSeries("", at: 1)])
    bad[bad.count / 2] ^= 0x55
    return [
      request(TestRequest.v1(series), v1), request(TestRequest.v2(series), v2),
      request(TestRequest.v2(series), v2, isChunked: true), request(TestRequest.v2(series), v2, path: "/api/v1/push"),
      request(TestRequest.v2([TestSeries("a", [("b", "")], at: 1), TestSeries("c", at: 1)]), v2),
      request(TestRequest.v1([TestSeries("a", [("b", "")], at: 1), TestSeries("c", at: 1)]), v1),
      request(TestRequest.v1(series), v2), request(bad, v2), request([], v2), request(large, v2),
      request(large, v2, isChunked: true), request(TestRequest.v2(series), ["Content-Type": "text/plain"]),
      request(TestRequest.v2(series), [:]), request([], v2, method: "GET"), request([], v2, method: "PUT"),
      request(TestRequest.v2(series), v2, path: "/api/v1/write?a=b"),
    ]
  }

  @Test("They are answered as in the way of all other requests, word for word", arguments: SeededRandom.seeds)
  func likeOthers(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let requests = Self.requests(&random)
    func answers(gathers: Bool) async throws -> [String] {
      var limits = IntakeLimits()
      limits.bodyBytesMax = 50_000
      let site = try AgentSite(limits: limits)
      var answers: [String] = []
      try await site.serve(gathers: gathers) { client in
        for request in requests {
          let answer = try await client.exchange(request)
          // The time of the answer is the only thing that may differ.
          let headers = answer.headers.filter { $0.key != "date" }.sorted { $0.key < $1.key }
          #expect(answer.headers["date"] != nil && answer.isComplete)
          answers.append("\(answer.status) \(headers) \(answer.body)")
        }
      }
      answers += try site.points().map { "\($0.labels.sorted { $0.key < $1.key }) \($0.timestampMs)" }.sorted()
      answers.append("\(site.allowance.heldBytes)")
      return answers
    }
    let gathered = try await answers(gathers: true)
    let others = try await answers(gathers: false)
    #expect(gathered.count == others.count)
    for (one, other) in zip(gathered, others) { #expect(one == other, "seed \(seed)") }
    #expect(gathered.last == "0", "seed \(seed)")
  }

  @Test("A sender that is gone before its body is whole leaves nothing held")
  func gone() async throws {
    let site = try AgentSite()
    try await site.serve { client in
      let head = "POST /api/v1/write HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
      _ = try? await client.exchange(Array((head + "abc").utf8), isWhole: false)
    }
    #expect(site.allowance.heldBytes == 0)
    #expect(try site.points().isEmpty)
  }
}
