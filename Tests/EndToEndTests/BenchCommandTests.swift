import Foundation
import Testing

extension EndToEnd {
  /// The program measures itself: both ends of the rig, the agent between them, and the reckoning.
  @Suite("godwit bench")
  struct BenchCommand {
    private struct Measured: Decodable {
      var agent: String
      var samples, requests, bytes, receivedInAll, deliveredInAll: Int
      var cpuSeconds, residentMebibytes: Double
    }

    @Test("A short run delivers what the agent says it delivered", arguments: ["tiny", "tiny-relay"])
    func shortRun(workload: String) async throws {
      try await withWorld { world in
        let program = try world.start(
          "bench", World.godwit(),
          [
            "bench", "run", "--agent", "godwit", "--for", "5s", "--workload", workload, "--format", "json", "--godwit",
            try World.godwit(),
          ])
        #expect(try await program.waitForExit(within: .seconds(60)) == .code(0), "\(program.log)")
        let log = program.log
        let json = try #require(log.firstIndex(of: "[").map { log[$0...] }, "\(log)")
        let measured = try JSONDecoder().decode([Measured].self, from: Data(json.utf8))
        let one = try #require(measured.first)
        #expect(measured.count == 1 && one.agent == "godwit")
        #expect(one.samples > 0 && one.requests > 0 && one.bytes > 0)
        #expect(one.receivedInAll >= one.samples && one.receivedInAll == one.deliveredInAll)
        #expect(one.cpuSeconds > 0 && one.residentMebibytes > 1)
      }
    }

    @Test("Served pages are read and what is pushed is counted, by hand")
    func serveAndSend() async throws {
      try await withWorld { world in
        let port = try freePort()
        let server = try world.start(
          "serve", World.godwit(),
          ["bench", "serve", "--targets", "2", "--series", "50", "--web.listen-address", "127.0.0.1:\(port)"])
        try await eventually("the page is served") {
          try ask(port: port, "/target/1").text.contains("rig_page_number 10000000")
        }
        let list = try JSONDecoder().decode(
          [[String: JSONValue]].self, from: Data(try ask(port: port, "/targets").text.utf8))
        #expect(list.count == 2)
        let sender = try world.start(
          "send", World.godwit(),
          [
            "bench", "send", "--to", "http://127.0.0.1:\(port)/api/v1/write", "--series", "500", "--rate", "5000",
            "--for", "2s", "--samples-per-request", "100",
          ])
        #expect(try await sender.waitForExit(within: .seconds(20)) == .code(0), "\(sender.log)")
        let figures = try JSONDecoder().decode(
          Figures.self, from: Data(try ask(port: port, "/figures").text.utf8))
        #expect(figures.samples > 0)
        #expect(sender.log.hasPrefix("\(figures.samples) samples in \(figures.requests) requests"), "\(sender.log)")
        #expect(figures.malformedRequests == 0 && figures.pagesServed >= 1)
        server.send(SIGTERM)
        #expect(try await server.waitForExit(within: .seconds(10)) == .code(0))
      }
    }

    private struct Figures: Decodable { var samples, requests, malformedRequests, pagesServed: Int }

    /// Any value of an object, where only the form matters.
    private struct JSONValue: Decodable { init(from decoder: any Decoder) throws {} }
  }
}
