import Exposition
import MetricModel
import RemoteWriteProtocol
import Testing

@testable import PipelineStages

@Suite("The stages that are measured")
struct StageTests {
  @Test("A stage can be run again and again, and says how much it handles", arguments: StageName.allCases)
  func rounds(name: StageName) throws {
    var stage = try name.stage(series: 1_200)
    for _ in 0..<3 {
      try stage.prepare()
      try stage.run()
    }
    #expect(stage.work.samples == 1_200)
    #expect(stage.work.bytes > 1_200)
  }

  @Test("A stage is as large as it is asked for", arguments: [1, 99, 1_000, 2_001])
  func series(count: Int) throws {
    var population = try Population(series: count)
    #expect(try population.batches().reduce(0) { $0 + $1.sampleCount } == count)
    #expect(population.registry.withTable { $0.count } == count)
  }

  @Test("Requests hold each sample of a scrape once, however they are cut")
  func requests() throws {
    var requests = try Requests(series: 12_300, .v2)
    #expect(requests.bodies().count == 3)
    let readings: [([UInt8], WriteMessageVersion) throws -> Int] = [ReadingStage.decode, ReadingStage.scan]
    for read in readings {
      var stage = try ReadingStage(series: 12_300, .v2, read)
      try stage.run()
      #expect(stage.seriesRead == 12_300)
    }
  }

  @Test("What is read from the log is what a scrape brought")
  func logRead() throws {
    var stage = try LogReadStage(series: 2_500)
    try stage.run()
    #expect(stage.read == 2_500)
  }

  @Test("From one scrape to the next the numbers of a page change and its lines stay")
  func page() throws {
    var page = MixedPage(target: 3, series: 1_000)
    let before = try Self.lines(page.text)
    page.advance()
    let after = try Self.lines(page.text)
    #expect(before.count == 1_000)
    #expect(before.map(\.text) == after.map(\.text))
    #expect(zip(before, after).allSatisfy { $0.value <= $1.value })
    let moving = zip(before, after).count { $0.value < $1.value }
    #expect(moving > 800)
  }

  @Test("A series that is replaced leaves its place on the page to another one", arguments: [0, 1, 10, 300])
  func replaced(count: Int) throws {
    var page = MixedPage(target: 3, series: 1_000)
    let before = try Self.lines(page.text).map(\.text)
    page.replace(count)
    let after = try Self.lines(page.text).map(\.text)
    #expect(after.count == before.count)
    #expect(Set(after).count == after.count)
    // There are 110 containers on the page.
    #expect(zip(before, after).count { $0 != $1 } == min(count, 110))
  }

  @Test("A page has the mix that it is said to have")
  func mix() throws {
    let names = try Self.lines(MixedPage(target: 0, series: 1_000).text).map { $0.text.prefix { $0 != "{" } }
    #expect(names.count { $0.hasPrefix("http_request_duration_seconds") } == 380)
    #expect(names.count { $0 == "node_cpu_seconds_total" } == 440)
    #expect(names.count { $0 == "container_network_receive_bytes_total" } == 110)
    #expect(names.count { $0 == "node_filesystem_avail_bytes" } == 70)
  }

  private static func lines(_ page: [UInt8]) throws -> [(text: String, value: Double)] {
    var parser = ExpositionParser(page, format: .prometheusText)
    var lines: [(String, Double)] = []
    while let entry = try parser.next() {
      if entry == .series { lines.append((String(decoding: page[parser.seriesText], as: UTF8.self), parser.value)) }
    }
    return lines
  }
}
