import Foundation
import Synchronization
import Testing

extension EndToEnd {
  /// Targets that do everything wrong, each beside one that is healthy.
  @Suite("Bad targets")
  struct BadTargets {
    struct Case: CustomTestStringConvertible, Sendable {
      var testDescription: String
      /// What stands in the log line beside the target.
      var word: String
      var scheme = "http"
      var settings = ""
      var peakMebibytesMax = 150.0
      var answer: @Sendable () -> SiteAnswer
    }

    static let cases: [Case] = [
      Case(testDescription: "Content-Length promises more than comes", word: "announced 1000 bytes, got 8") {
        .raw(Array("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nshort 1\n".utf8))
      },
      Case(testDescription: "Content-Length is no number", word: "the answer is not HTTP") {
        .raw(Array("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: many\r\n\r\nshort 1\n".utf8))
      },
      Case(testDescription: "The page is cut in the middle of a line", word: "line 2") {
        .text("whole 1\ncut{label=\"val")
      },
      Case(testDescription: "One line of 100 MB", word: "line 1", peakMebibytesMax: 450) {
        .repeated(chunk: [UInt8](repeating: 0x61, count: 1 << 20), count: 100)
      },
      Case(
        testDescription: "One line of 100 MB and a body_size_limit", word: "body_size_limit",
        settings: "body_size_limit: 1MB"
      ) {
        .repeated(chunk: [UInt8](repeating: 0x61, count: 1 << 20), count: 100)
      },
      Case(testDescription: "Bytes that are not UTF-8", word: "UTF-8") {
        .page(Array("broken{label=\"".utf8) + [0xff, 0xfe, 0xc3] + Array("\"} 1\n".utf8))
      },
      Case(testDescription: "It never answers", word: "no answer within 1.0 seconds") { .silence },
      Case(testDescription: "HTML", word: "text/html") {
        .page(type: "text/html", Array("<html><body>Sign in</body></html>".utf8))
      },
      Case(testDescription: "Status 500", word: "500") { .page(status: 500, Array("no".utf8)) },
      Case(testDescription: "TLS where there is none", word: "does not speak TLS", scheme: "https") {
        .text("plain 1\n")
      },
      Case(testDescription: "It is no HTTP", word: "the answer is not HTTP") {
        .raw(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8))
      },
      Case(testDescription: "It closes without an answer", word: "closed before an answer") { .raw([]) },
      Case(testDescription: "A redirect to itself", word: "redirect") {
        .raw(Array("HTTP/1.1 302 Found\r\nLocation: /metrics\r\nContent-Length: 0\r\n\r\n".utf8))
      },
    ]

    @Test("A bad target is up 0 with one log line, and a healthy one beside it is not disturbed", arguments: cases)
    func badTarget(bad: Case) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let visits = Mutex<[ContinuousClock.Instant]>([])
        let healthy = try world.serve { _ in
          visits.withLock { $0.append(.now) }
          return .text("healthy 1\n")
        }
        let site = try world.serve { _ in bad.answer() }
        let agent = try await world.startAgent(
          configuration(
            to: [("here", receiver.url)], from: [healthy.address],
            job: """
              - job_name: bad
                scheme: \(bad.scheme)
                \(bad.settings)
                static_configs: [{targets: ["\(site.address)"]}]
              """))
        try await eventually("the bad target has been scraped three times") {
          try receiver.series("up", of: site.address).samples >= 3
        }
        let up = try receiver.series("up", of: site.address)
        #expect(up.lastValue == "0" && up.staleMarkers == 0)
        let lines = agent.program.lines(with: "Scrape failed", site.address)
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.allSatisfy { $0.contains(bad.word) && $0.utf8.count < 1000 }, "\(lines)")
        #expect(agent.program.log.split(separator: "\n").count == 2, "\(agent.program.log)")
        let target = try #require(agent.targets().activeTargets.first { $0.scrapePool == "bad" })
        #expect(target.health == "down" && !target.lastError.isEmpty)
        // Nothing of a page that is not whole was taken.
        #expect(try receiver.series("whole").isEmpty && receiver.series("short").isEmpty)

        try await eventually("the healthy target has three pages too", within: .seconds(5)) {
          try receiver.series("healthy", of: healthy.address).samples >= 3
        }
        #expect(agent.program.peakMebibytes < bad.peakMebibytesMax, "\(agent.program.peakMebibytes) MiB")
        #expect(try await agent.shutDown() == .code(0))
        let gaps = visits.withLock { visits in zip(visits, visits.dropFirst()).map { $1 - $0 } }
        #expect(gaps.allSatisfy { $0 < .seconds(2) }, "\(gaps)")
      }
    }

    @Test("A target that recovers says so once, and its series go on")
    func recovery() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let isBroken = Mutex(true)
        let site = try world.serve { _ in
          isBroken.withLock { $0 } ? .page(status: 503, Array("not yet".utf8)) : .text("recovered 1\n")
        }
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: [site.address]))
        try await eventually("it is down") { try receiver.series("up", of: site.address).lastValue == "0" }
        isBroken.withLock { $0 = false }
        try await eventually("it is up") { try receiver.series("recovered").first?.lastValue == "1" }
        #expect(agent.program.lines(with: "Scrape succeeds again", site.address).count == 1)
        isBroken.withLock { $0 = true }
        // Its series end with the failure.
        try await eventually("its series end") { try receiver.series("recovered").first?.staleMarkers == 1 }
        #expect(try await agent.shutDown() == .code(0))
      }
    }
  }
}
