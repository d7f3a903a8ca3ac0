import Foundation
import Testing

extension EndToEnd {
  /// Endpoints that do everything wrong, each beside one that is healthy.
  @Suite("Bad endpoints")
  struct BadEndpoints {
    enum Outcome: Sendable { case retried, refused, acknowledged }

    struct Case: CustomTestStringConvertible, Sendable {
      var testDescription: String
      /// What stands in the one log line; nil where there is none.
      var word: String?
      var outcome: Outcome
      var scheme = "http"
      var settings = ""
      var message = version1
      var answer: (@Sendable () -> SiteAnswer)?
    }

    private static let html = Array("<html><head><title>Portal</title></head><body>Sign in</body></html>".utf8)

    static let cases: [Case] = [
      // The specification leaves a 1.0 sender no choice: a 2xx means that all was written, whatever the body says.
      Case(testDescription: "HTML with 200 to a 1.0 request", word: nil, outcome: .acknowledged) {
        .page(type: "text/html", html)
      },
      // A 2.0 answer says how much was written, and this one does not: it is asked again with 1.0.
      Case(
        testDescription: "HTML with 200 to a 2.0 request", word: "does not take Remote Write 2.0",
        outcome: .acknowledged, message: version2
      ) {
        .page(type: "text/html", html)
      },
      Case(testDescription: "HTML with 500", word: "status 500: <html>", outcome: .retried) {
        .page(status: 500, type: "text/html", html)
      },
      Case(testDescription: "HTML with 404", word: "404", outcome: .refused) {
        .page(status: 404, type: "text/html", html)
      },
      Case(testDescription: "Nobody listens", word: "nobody listens", outcome: .retried, answer: nil),
      Case(
        testDescription: "It never answers", word: "no answer within 1.0 seconds", outcome: .retried,
        settings: ", remote_timeout: 1s"
      ) {
        .silence
      },
      Case(testDescription: "TLS where there is none", word: "does not speak TLS", outcome: .retried, scheme: "https") {
        .page(status: 204, [])
      },
      Case(testDescription: "It closes without an answer", word: "closed before an answer", outcome: .retried) {
        .raw([])
      },
      Case(testDescription: "It is no HTTP", word: "the answer is not HTTP", outcome: .retried) {
        .raw(Array("SSH-2.0-OpenSSH\r\n".utf8))
      },
      Case(
        testDescription: "Content-Length of a 503 promises more than comes", word: "status 503: short",
        outcome: .retried
      ) {
        .raw(Array("HTTP/1.1 503 Away\r\nContent-Length: 1000\r\n\r\nshort".utf8))
      },
      Case(testDescription: "100 MB of an answer", word: "status 500: aaaa", outcome: .retried) {
        .repeated(status: 500, chunk: [UInt8](repeating: 0x61, count: 1 << 20), count: 100)
      },
    ]

    @Test("A bad endpoint is one log line and a count, and a healthy one beside it is not disturbed", arguments: cases)
    func badEndpoint(bad: Case) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let target = try world.serve { _ in .text("steady 1\n") }
        let answer = bad.answer
        let port = if let answer { try world.serve { _ in answer() }.port } else { try freePort() }
        let url = "\(bad.scheme)://127.0.0.1:\(port)/api/v1/write"
        let queue = "queue_config: {batch_send_deadline: 200ms}"
        let agent = try await world.startAgent(
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s}
          remote_write:
          - {name: good, url: "\(receiver.url)", protobuf_message: \(version2), \(queue)}
          - {name: bad, url: "\(url)", protobuf_message: \(bad.message), \(queue)\(bad.settings)}
          scrape_configs:
          - job_name: site
            static_configs: [{targets: ["\(target.address)"]}]

          """)
        try await eventually("the healthy endpoint has three pages") {
          try receiver.series("steady", of: target.address).samples >= 3
        }
        let delivery = try agent.delivery()
        #expect(try delivery.endpoint("good").oldestWaitingSeconds < 2)
        switch bad.outcome {
        case .retried:
          try await eventually("a retry is counted") {
            try agent.metric("prometheus_remote_storage_samples_retried_total", with: "remote_name=\"bad\"") > 0
          }
          let endpoint = try agent.delivery().endpoint("bad")
          #expect(endpoint.acknowledged == 0 && endpoint.refused == 0 && endpoint.waiting > 0)
        case .refused:
          try await eventually("the refusal is counted") { try agent.delivery().endpoint("bad").refused > 0 }
          #expect(try agent.metric("prometheus_remote_storage_samples_failed_total", with: "remote_name=\"bad\"") > 0)
        case .acknowledged:
          try await eventually("samples are acknowledged") { try agent.delivery().endpoint("bad").acknowledged > 0 }
        }
        let lines = agent.program.lines(with: "remote_name=bad")
        #expect(lines.count == (bad.word == nil ? 0 : 1), "\(lines)")
        #expect(lines.allSatisfy { $0.contains(bad.word ?? "") && $0.utf8.count < 2000 }, "\(lines)")
        #expect(lines.allSatisfy { $0.contains("url=\(url)") }, "\(lines)")
        #expect(agent.program.lines(with: "remote_name=good").isEmpty)
        #expect(agent.program.peakMebibytes < 150, "\(agent.program.peakMebibytes) MiB")

        let started = ContinuousClock.now
        #expect(try await agent.shutDown() == .code(0))
        #expect(ContinuousClock.now - started < .seconds(5))
        let page = try receiver.page()
        #expect(try agent.balance("acknowledged", of: "good") == page.samples)
        #expect(page.duplicates == 0 && page.outOfOrder == 0 && page.violations.isEmpty)
      }
    }

    @Test("What waited through an outage arrives once and in order when the endpoint is back")
    func outage() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let target = try world.serve { _ in .text("steady 1\n") }
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: [target.address]))
        try await eventually("it delivers") { try receiver.page().samples > 0 }
        try receiver.misbehave(("status", "503"))
        let before = try agent.delivery().samplesTaken
        try await eventually("a backlog grows") { try agent.delivery().endpoint("here").waiting >= 18 }
        try receiver.behave()
        try await eventually("the backlog is gone") {
          let delivery = try agent.delivery()
          return try delivery.samplesTaken >= before + 18 && delivery.endpoint("here").waiting == 0
        }
        #expect(agent.program.lines(with: "accepts samples again").count == 1)
        #expect(try await agent.shutDown() == .code(0))
        let page = try receiver.page()
        #expect(try agent.balance("taken", of: "here") == page.samples)
        #expect(page.duplicates == 0 && page.outOfOrder == 0)
      }
    }
  }
}
