import Foundation
import Synchronization
import Testing

extension EndToEnd {
  /// From pages to databases that others wrote: what was on the page is what they answer with.
  @Suite("Carriage")
  struct Carriage {
    @Test("Prometheus and VictoriaMetrics have every value of node exporter's pages", .timeLimit(.minutes(5)))
    func nodeExporter() async throws {
      try await withWorld { world in
        let exporterPort = try freePort()
        _ = try world.start(
          "exporter", try World.service("prometheus-node-exporter"), ["--web.listen-address=127.0.0.1:\(exporterPort)"])
        try await eventually("node exporter runs") { try ask(port: exporterPort, "/").status == 200 }
        // The target is a pass-through that remembers each page, so that every value can be compared.
        let pages = Mutex<[String]>([])
        let site = try world.serve { _ in
          guard let page = try? ask(port: exporterPort, "/metrics") else { return .page(status: 502, []) }
          pages.withLock { $0.append(page.text) }
          return .page(Array(page.body))
        }
        let prometheus = try await PrometheusServer(in: world)
        let victoria = try await VictoriaMetrics(in: world)
        let receiver = try await world.startReceiver()
        let endpoints = [
          ("prometheus", prometheus.writeURL, version1), ("victoria", victoria.writeURL, version1),
          ("receiver", receiver.url, version2),
        ]
        let agent = try await world.startAgent(
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s, external_labels: {site: lab}}
          remote_write:
          \(endpoints.map { "- {name: \($0), url: \"\($1)\", protobuf_message: \($2)}" }.joined(separator: "\n"))
          scrape_configs:
          - job_name: node
            static_configs: [{targets: ["\(site.address)"]}]

          """)
        try await eventually("some pages are taken") { pages.withLock { $0.count } >= 5 }
        #expect(try await agent.shutDown() == .code(0))

        let atPrometheus = try prometheus.points()
        let target = ["job": "node", "instance": site.address, "site": "lab"]
        let times = try #require(atPrometheus[target.merging(["__name__": "up"]) { $1 }]).keys.sorted()
        let read = pages.withLock { $0 }.map(PageText.init)
        // The last page may have come when the agent was already ending.
        try #require((read.count - 1...read.count).contains(times.count))
        var compared = 0
        for (time, page) in zip(times, read) {
          for (series, value) in page.values {
            let stored = atPrometheus[series.merging(target) { $1 }]?[time]
            #expect(isSame(stored, value), "\(series) at \(time): \(value) on the page, \(stored as Any)")
            compared += 1
          }
        }
        #expect(compared > 1000)
        let pointCount = atPrometheus.reduce(0) { $0 + $1.value.count }
        try await eventually("VictoriaMetrics shows as many points") {
          try victoria.points().reduce(0) { $0 + $1.value.count } == pointCount
        }
        try expectSame(atPrometheus, try victoria.points())
        let page = try receiver.page()
        #expect(page.samples == pointCount)
        #expect(page.duplicates == 0 && page.outOfOrder == 0 && page.violations.isEmpty, "\(page.violations)")
      }
    }

    @Test(
      "Values and labels at the edges arrive as they are", .timeLimit(.minutes(3)), arguments: [version1, version2])
    func edges(message: String) async throws {
      let text = """
        # TYPE edge gauge
        edge{v="nan"} NaN
        edge{v="inf"} +Inf
        edge{v="minus inf"} -Inf
        edge{v="minus zero"} -0
        edge{v="huge"} 1e308
        edge{v="tiny"} 5e-324
        edge{v="whole"} 9007199254740993
        edge{v="third"} 0.3333333333333333
        edge{v="héllo wörld ☃ 𝛼"} 1
        edge{v="a \\"quoted\\" \\\\ back\\nnew line"} 2
        # TYPE edge_empty gauge
        edge_empty{v=""} 3

        """
      let expected: [(String, Double)] = [
        ("nan", .nan), ("inf", .infinity), ("minus inf", -.infinity), ("minus zero", -0.0), ("huge", 1e308),
        ("tiny", .leastNonzeroMagnitude), ("whole", 9_007_199_254_740_992), ("third", 0.3333333333333333),
        ("héllo wörld ☃ 𝛼", 1), ("a \"quoted\" \\ back\nnew line", 2),
      ]
      try await withWorld { world in
        let site = try world.serve { _ in .text(text) }
        let receiver = try await world.startReceiver()
        var endpoints = [(name: "receiver", url: receiver.url)]
        // Prometheus 2.42 takes 1.0 only.
        let prometheus = message == version1 ? try await PrometheusServer(in: world) : nil
        if let prometheus { endpoints.append((name: "prometheus", url: prometheus.writeURL)) }
        let agent = try await world.startAgent(configuration(to: endpoints, from: [site.address], message: message))
        try await eventually("two pages arrive") { try receiver.series("up", of: site.address).samples >= 2 }
        #expect(try await agent.shutDown() == .code(0))
        let received = try receiver.series("edge")
        let stored = try prometheus?.points()
        for (label, value) in expected {
          let series = try #require(received.first { $0.labels["v"] == label }, "\(label)")
          #expect(isSame(series.lastValue.flatMap(number), value), "\(label): \(series.lastValue ?? "nothing")")
          guard let stored else { continue }
          let labels = ["__name__": "edge", "v": label, "job": "site", "instance": site.address]
          let points = try #require(stored[labels], "\(label)")
          #expect(points.count >= 2 && points.values.allSatisfy { isSame($0, value) }, "\(label): \(points)")
        }
        // A label without a value is no label.
        #expect(try receiver.series("edge_empty").first?.labels.keys.contains("v") == false)
        let page = try receiver.page()
        #expect(page.violations.isEmpty, "\(page.violations)")
      }
    }

    @Test("Exemplars, types and help arrive as they were on the pages", .timeLimit(.minutes(3)))
    func exemplars() async throws {
      try await withWorld { world in
        let epochMs = Int64(Date.now.timeIntervalSince1970) * 1000
        let page = Mutex(NumberedPage(number: 1, epochMs: epochMs))
        let site = try world.serve { _ in .page(type: NumberedPage.openMetricsType, page.withLock { $0 }.openMetrics) }
        let prometheus = try await PrometheusServer(in: world)
        let receiver = try await world.startReceiver()
        let endpoints = [("prometheus", prometheus.writeURL, version1), ("receiver", receiver.url, version2)]
        let queue = "send_exemplars: true, queue_config: {batch_send_deadline: 200ms}"
        let agent = try await world.startAgent(
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s}
          remote_write:
          \(endpoints.map { "- {name: \($0), url: \"\($1)\", protobuf_message: \($2), \(queue)}" }.joined(separator: "\n"))
          scrape_configs:
          - job_name: site
            static_configs: [{targets: ["\(site.address)"]}]

          """)
        let target = ["job": "site", "instance": site.address]
        let requests = ["__name__": "requests_total", "code": "200"].merging(target) { $1 }
        var expected: [StoredExemplar] = []
        for number in 1...4 {
          let current = NumberedPage(number: number, epochMs: epochMs)
          page.withLock { $0 = current }
          expected.append(current.exemplar)
          try await eventually("the exemplar of page \(number) arrives") {
            try prometheus.exemplars("requests_total") == [requests: expected]
              && receiver.series("requests_total").first?.lastValue == "\(number * 7)"
          }
        }
        #expect(try await agent.shutDown() == .code(0))
        let received = try receiver.series("requests_total")
        #expect(received.map(\.type) == ["counter"] && received.map(\.help) == ["How many."])
        #expect(received.allSatisfy { $0.exemplars >= expected.count })
        #expect(try receiver.series("edge").allSatisfy { $0.type == "gauge" && $0.help == "Values at the edges." })
        #expect(try receiver.page().violations.isEmpty)
      }
    }

    @Test("A target that goes away ends at once in both databases", .timeLimit(.minutes(3)))
    func goneTarget() async throws {
      try await withWorld { world in
        let site = try world.serve { _ in .text("there 1\n") }
        let other = try world.serve { _ in .text("there 2\n") }
        let prometheus = try await PrometheusServer(in: world)
        let victoria = try await VictoriaMetrics(in: world)
        try world.write("[{\"targets\": [\"\(site.address)\", \"\(other.address)\"]}]", to: "targets.json")
        let agent = try await world.startAgent(
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s}
          remote_write:
          - {name: prometheus, url: "\(prometheus.writeURL)", queue_config: {batch_send_deadline: 200ms}}
          - {name: victoria, url: "\(victoria.writeURL)", queue_config: {batch_send_deadline: 200ms}}
          scrape_configs:
          - job_name: files
            file_sd_configs: [{files: ["\(world.path("targets.json"))"], refresh_interval: 1s}]

          """)
        let databases: [any Database] = [prometheus, victoria]
        for database in databases {
          try await eventually("both targets are there") {
            try database.now("up").count == 2 && database.now("there").count == 2
          }
        }
        try world.write("[{\"targets\": [\"\(other.address)\"]}]", to: "targets.json")
        for database in databases {
          // Without a stale marker an instant query would find the last value for five minutes.
          try await eventually("the target has ended", within: .seconds(20)) {
            let (up, there) = (try database.now("up"), try database.now("there"))
            return up.keys.map { $0["instance"] } == [other.address] && there.values.map { $0 } == [2]
          }
        }
        #expect(try await agent.shutDown() == .code(0))
      }
    }
  }
}

/// Whether two numbers are one: every NaN is the same, and a zero has a sign.
func isSame(_ one: Double?, _ other: Double) -> Bool {
  guard let one else { return false }
  return one.isNaN && other.isNaN || one.bitPattern == other.bitPattern
}

/// Compares everything that two databases have, series by series and point by point.
private func expectSame(_ one: [Labels: Points], _ other: [Labels: Points]) throws {
  #expect(one.count == other.count)
  var differences: [String] = []
  for (labels, points) in one {
    let others = other[labels] ?? [:]
    for time in Set(points.keys).union(others.keys) where !isClose(points[time], others[time]) {
      differences.append("\(labels) at \(time): \(points[time] as Any) and \(others[time] as Any)")
    }
  }
  #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(5))")
}

/// VictoriaMetrics keeps decimal numbers of at most 18 digits, so its answer may differ in the last bits.
private func isClose(_ one: Double?, _ other: Double?) -> Bool {
  guard let one, let other else { return one == nil && other == nil }
  return one == other || abs(one - other) <= abs(one) * 1e-12
}
