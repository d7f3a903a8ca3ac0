import Foundation
import Testing

extension EndToEnd {
  @Suite("Reload and endpoints")
  struct Reload {
    static let page = "requests_total{code=\"200\"} 7\ntemperature 21.5\n"

    @Test("A reload is immediate while an endpoint does not answer, and the backlog goes to the new place")
    func silentEndpoint() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let silent = try world.serve { _ in .silence }
        let site = try world.serve { _ in .text(Self.page) }
        let nowhere = "http://\(silent.address)/write"
        let agent = try await world.startAgent(configuration(to: [("here", nowhere)], from: [site.address]))
        try await eventually("samples wait") { try agent.delivery().endpoint("here").waiting > 14 }
        try world.write(configuration(to: [("here", receiver.url)], from: [site.address]), to: "agent.yml")
        let started = ContinuousClock.now
        #expect(try agent.post("/-/reload").status == 200)
        let took = ContinuousClock.now - started
        #expect(took < .seconds(1), "the reload took \(took)")
        #expect(agent.program.lines(with: "has new settings and goes on where it stood").count == 1)
        try await eventually("the backlog arrives") { try receiver.page().samples > 14 }
        #expect(try !agent.ask("/metrics").text.contains(nowhere), "metrics of the former place are still shown")
        #expect(try await agent.shutDown() == .code(0))
        let (page, taken) = (try receiver.page(), try agent.balance("taken", of: "here"))
        #expect(page.samples == taken && page.duplicates == 0 && page.outOfOrder == 0)
        #expect(try agent.balance("acknowledged", of: "here") == taken)
      }
    }

    @Test("Reload after reload while an endpoint does not answer loses nothing")
    func manyReloads() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let silent = try world.serve { _ in .silence }
        let site = try world.serve { _ in .text(Self.page) }
        let agent = try await world.startAgent(
          configuration(to: [("here", "http://\(silent.address)/0")], from: [site.address]))
        try await eventually("samples wait") { try agent.delivery().endpoint("here").waiting > 7 }
        for number in 1...4 {
          let endpoint = ("here", "http://\(silent.address)/\(number)")
          // Away and back: the name is what counts.
          try world.write(configuration(to: [], from: [site.address]), to: "agent.yml")
          #expect(try agent.post("/-/reload").status == 200)
          try world.write(configuration(to: [endpoint], from: [site.address]), to: "agent.yml")
          #expect(try agent.post("/-/reload").status == 200)
        }
        try world.write(configuration(to: [("here", receiver.url)], from: [site.address]), to: "agent.yml")
        #expect(try agent.post("/-/reload").status == 200)
        try await eventually("the backlog arrives", within: .seconds(60)) { try receiver.page().samples > 14 }
        #expect(try await agent.shutDown() == .code(0))
        let (page, taken) = (try receiver.page(), try agent.balance("taken", of: "here"))
        #expect(page.samples == taken && page.duplicates == 0 && page.outOfOrder == 0)
      }
    }

    @Test("Another name is another endpoint, and the log says what that means")
    func renamedEndpoint() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let site = try world.serve { _ in .text(Self.page) }
        let agent = try await world.startAgent(configuration(to: [("old", receiver.url)], from: [site.address]))
        try await eventually("a page arrives") { try receiver.page().samples > 0 }
        try world.write(configuration(to: [("new", receiver.url)], from: [site.address]), to: "agent.yml")
        #expect(try agent.post("/-/reload").status == 200)
        let lines = agent.program.lines(with: "has another name", "remote_name=new", "former=old")
        #expect(lines.count == 1, "\(agent.program.log.suffix(2000))")
        try world.write(configuration(to: [("old", receiver.url)], from: [site.address]), to: "agent.yml")
        #expect(try agent.post("/-/reload").status == 200)
        #expect(try agent.delivery().endpoints.map(\.name) == ["old"])
        #expect(try await agent.shutDown() == .code(0))
      }
    }
  }
}
