import Foundation
import Testing

extension EndToEnd {
  /// Starting, reading the configuration again, ending.
  @Suite("Lifecycle")
  struct Lifecycle {
    private static let page = "# TYPE steps_total counter\nsteps_total 7\n# TYPE depth gauge\ndepth -0.5\n"

    @Test("The pages have Prometheus's shape, and what comes from a page arrives with job and instance")
    func pages() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let site = try world.serve { _ in .text(Self.page) }
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: [site.address]))
        try await eventually("depth arrives") { try receiver.series("depth", of: site.address).lastValue == "-0.5" }
        let series = try receiver.series("steps_total", of: site.address)
        #expect(series.labels == ["__name__": "steps_total", "job": "site", "instance": site.address])

        let targets = try agent.targets()
        try #require(targets.activeTargets.count == 1)
        let target = targets.activeTargets[0]
        #expect(target.health == "up" && target.lastError == "" && target.scrapePool == "site")
        #expect(target.scrapeUrl == "http://\(site.address)/metrics")
        #expect(target.labels == ["instance": site.address, "job": "site"])
        #expect(target.discoveredLabels["__address__"] == site.address)
        #expect(target.scrapeInterval == "1s" && target.scrapeTimeout == "1s" && target.lastScrape.hasSuffix("Z"))
        #expect(try agent.ask("/-/healthy").status == 200)
        #expect(try agent.ask("/-/ready").status == 200)
        let version = try agent.ask("/api/v1/status/buildinfo").json(Envelope<[String: String]>.self)
        #expect(version.status == "success" && version.data["version"] != nil)
        let flags = try agent.ask("/api/v1/status/flags").json(Envelope<[String: String]>.self)
        #expect(flags.data["web.enable-lifecycle"] == "true")
        #expect(try agent.ask("/api/v1/query?query=up").status == 422)
        #expect(try agent.ask("/nothing").status == 404)
        #expect(try await agent.shutDown() == .code(0))
        #expect(try agent.balance("waiting", of: "here") == 0)
        #expect(try agent.balance("acknowledged", of: "here") == receiver.page().samples)
      }
    }

    @Test("A reload, by signal or by request, brings new targets and endpoints", arguments: ["SIGHUP", "/-/reload"])
    func reload(way: String) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let second = try await world.startReceiver(name: "second")
        let site = try world.serve { _ in .text(Self.page) }
        let added = try world.serve { _ in .text("added 1\n") }
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: [site.address]))
        try await eventually("the first page arrives") { try receiver.page().samples > 0 }
        try world.write(
          configuration(to: [("here", receiver.url), ("there", second.url)], from: [site.address, added.address]),
          to: "agent.yml")
        if way == "SIGHUP" { agent.program.send(SIGHUP) } else { #expect(try agent.post(way).status == 200) }
        try await eventually("the new target arrives at both") {
          try receiver.series("added").count == 1 && second.series("added").count == 1
        }
        #expect(try agent.metric("prometheus_config_last_reload_successful") == 1)
        #expect(try await agent.shutDown() == .code(0))
        let page = try receiver.page()
        #expect(page.duplicates == 0 && page.outOfOrder == 0)
        #expect(try agent.balance("acknowledged", of: "there") == second.page().samples)
      }
    }

    @Test("A reload of a broken configuration changes nothing and says where it is broken")
    func brokenReload() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let site = try world.serve { _ in .text(Self.page) }
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: [site.address]))
        try await eventually("the first page arrives") { try receiver.page().samples > 0 }
        try world.write("scrape_configs:\n- job_name: site\n  scrape_intervall: 1s\n", to: "agent.yml")
        let answer = try agent.post("/-/reload")
        #expect(answer.status == 500)
        #expect(answer.text.contains("scrape_intervall") && answer.text.contains("3"))
        #expect(agent.program.lines(with: "could not be read again").count == 1)
        #expect(try agent.metric("prometheus_config_last_reload_successful") == 0)
        let before = try receiver.series("up", of: site.address).samples
        try await eventually("scraping goes on") { try receiver.series("up", of: site.address).samples >= before + 2 }
      }
    }

    @Test("An endpoint that is removed and comes back under its name gets what it missed")
    func removedEndpoint() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let other = try await world.startReceiver(name: "other")
        let site = try world.serve { _ in .text(Self.page) }
        let both = configuration(to: [("here", receiver.url), ("other", other.url)], from: [site.address])
        let agent = try await world.startAgent(both)
        try await eventually("both have a page") { try receiver.page().samples > 0 && other.page().samples > 0 }
        try world.write(configuration(to: [("other", other.url)], from: [site.address]), to: "agent.yml")
        #expect(try agent.post("/-/reload").status == 200)
        let missedFrom = try other.series("up", of: site.address).samples
        try await eventually("some pages pass it by") {
          try other.series("up", of: site.address).samples >= missedFrom + 3
        }
        try world.write(both, to: "agent.yml")
        #expect(try agent.post("/-/reload").status == 200)
        #expect(try await agent.shutDown() == .code(0))
        let (here, there) = (try receiver.page(), try other.page())
        #expect(here.samples == there.samples && here.duplicates == 0 && here.outOfOrder == 0)
        #expect(try agent.balance("acknowledged", of: "here") == here.samples)
      }
    }

    @Test("/-/quit ends the agent, and only where the lifecycle is enabled")
    func quit() async throws {
      try await withWorld { world in
        let agent = try await world.startAgent(configuration(to: [], from: []))
        #expect(try agent.post("/-/quit").status == 200)
        #expect(try await agent.program.waitForExit(within: .seconds(10)) == .code(0))

        let program = try world.start(
          "closed", try World.godwit(),
          [
            "agent", "--config.file", world.path("agent.yml"), "--storage.agent.path", world.path("other"),
            "--web.listen-address", "127.0.0.1:0",
          ])
        let port = try await world.port(of: program, saying: "Godwit agent is running")
        #expect(try ask("POST", port: port, "/-/quit").status == 403)
        #expect(try ask("POST", port: port, "/-/reload").status == 403)
        #expect(program.exit == nil)
      }
    }

    @Test("With an endpoint that is down the agent ends promptly, and delivers after the next start")
    func deadEndpoint() async throws {
      try await withWorld { world in
        let port = try freePort()
        let site = try world.serve { _ in .text(Self.page) }
        let text = configuration(to: [("down", "http://127.0.0.1:\(port)/api/v1/write")], from: [site.address])
        let first = try await world.startAgent(text)
        try await eventually("some pages wait") { try first.delivery().endpoint("down").waiting > 20 }
        let started = ContinuousClock.now
        #expect(try await first.shutDown() == .code(0))
        #expect(ContinuousClock.now - started < .seconds(5))
        let waiting = try first.balance("waiting", of: "down")
        #expect(try first.balance("taken", of: "down") == waiting)

        let receiver = try await world.startReceiver(port: port)
        let second = try await world.startAgent()
        try await eventually("what waited has arrived") {
          try second.delivery().endpoint("down").acknowledged >= waiting
        }
        #expect(try await second.shutDown() == .code(0))
        let page = try receiver.page()
        #expect(try second.balance("acknowledged", of: "down") == page.samples)
        #expect(page.duplicates == 0 && page.outOfOrder == 0 && page.staleMarkers == 0)
      }
    }

    @Test("SIGTERM delivers what a slow endpoint takes within the deadline; the rest follows after the next start")
    func drain() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let pages = RigPages(targets: 4, seriesPerTarget: 2000)
        let site = try world.serve(pages.answer)
        let text = rigConfiguration(site, targets: 4, interval: "1s", endpoint: receiver.url, queue: "max_shards: 1")
        try receiver.misbehave(("delay", "1s"))
        let first = try await world.startAgent(text, flags: ["--storage.remote.flush-deadline", "2s"])
        try await eventually("a backlog") { try first.delivery().endpoint("rig").waiting > 40_000 }
        let started = ContinuousClock.now
        #expect(try await first.shutDown() == .code(0))
        #expect(ContinuousClock.now - started < .seconds(6))
        #expect(try first.balance("waiting", of: "rig") > 20_000)
        #expect(try first.balance("acknowledged", of: "rig") > 0)

        try receiver.behave()
        let second = try await world.startAgent()
        #expect(try await second.shutDown() == .code(0))
        #expect(try second.balance("waiting", of: "rig") == 0)
        let page = try receiver.page()
        let taken = try second.balance("taken", of: "rig")
        #expect(page.samples - page.duplicates == taken && page.outOfOrder == 0)
        // The request that the deadline cut off.
        #expect(page.duplicates <= 5000)
      }
    }

    @Test("A second agent on the same directory refuses and names the first")
    func secondAgent() async throws {
      try await withWorld { world in
        let first = try await world.startAgent(configuration(to: [], from: []))
        let second = try world.launchAgent()
        #expect(try await second.waitForExit(within: .seconds(10)) == .code(2))
        #expect(second.log.contains("\(first.program.pid)"), "\(second.log)")
        #expect(second.log.split(separator: "\n").count == 1)
        #expect(first.program.exit == nil)
        first.program.send(SIGKILL)
        _ = try await first.program.waitForExit(within: .seconds(10))
        _ = try await world.startAgent()
      }
    }

    @Test("No secret of the configuration shows on a page or in the log")
    func secrets() async throws {
      try await withWorld { world in
        let site = try world.serve { request in
          request.headers["authorization"] == nil ? .text("open 1\n") : .page(status: 500, Array("no".utf8))
        }
        let secrets = ["hunter2-url", "hunter2-basic", "hunter2-bearer", "hunter2-header", "hunter2-query"]
        let text = """
          global: {scrape_interval: 1s, scrape_timeout: 1s}
          remote_write:
          - name: one
            url: http://me:hunter2-url@\(site.address)/api/v1/write?token=hunter2-query
            headers: {X-Token: hunter2-header}
          - name: two
            url: http://127.0.0.1:\(try freePort())/api/v1/write
            basic_auth: {username: me, password: hunter2-basic}
          scrape_configs:
          - job_name: site
            authorization: {credentials: hunter2-bearer}
            params: {token: [hunter2-query]}
            static_configs: [{targets: ["\(site.address)"]}]

          """
        let agent = try await world.startAgent(text, flags: ["--log.level", "debug"])
        try await eventually("both endpoints and the target have failed") {
          ["remote_name=one", "remote_name=two", "Scrape failed"].allSatisfy { word in
            !agent.program.lines(with: word).isEmpty
          }
        }
        let paths = ["/api/v1/status/config", "/metrics", "/api/v1/status/delivery", "/api/v1/targets"]
        let shown = try paths.map { ($0, try agent.ask($0).text) } + [("the log", agent.program.log)]
        for (place, text) in shown {
          for secret in secrets { #expect(!text.contains(secret), "\(secret) shows in \(place)") }
        }
        #expect(try agent.ask("/api/v1/status/config").text.contains("<secret>"))
        _ = try await agent.shutDown()
        #expect(!agent.program.log.contains("hunter2"))
      }
    }
  }
}
