import Exposition
import GodwitTesting
import MetricModel
import Testing

@testable import Bench

@Suite("Pages of targets")
struct PageTests {
  /// The series of a page with their values, as our parser reads them.
  private func read(_ page: [UInt8]) throws -> [String: Double] {
    var series: [String: Double] = [:]
    var parser = ExpositionParser(page, format: .prometheusText)
    while let entry = try parser.next() {
      if entry == .series { series[String(decoding: page[parser.seriesText], as: UTF8.self)] = parser.value }
    }
    return series
  }

  @Test(
    "The shares of the mix are 38, 44, 11 and 7 percent", arguments: [100, 1000, 5000],
    [PageKind.usual, .loneContainers])
  func shares(count: Int, kind: PageKind) {
    let series = PageMix.series(target: 3, count: count, kind: kind)
    func share(_ prefix: String) -> Int { series.count { $0.family.name.hasPrefix(prefix) } }
    #expect(series.count == count)
    #expect(share("http_request_duration_seconds") == count * 38 / 100)
    #expect(share("node_cpu_seconds_total") == count * 44 / 100)
    #expect(share("container_") == count * 11 / 100)
    #expect(share("node_filesystem_avail_bytes") + share(PageMix.pageNumberName) == count * 7 / 100)
  }

  @Test("A page of one kind holds that kind")
  func kinds() {
    func names(_ kind: PageKind) -> Set<String> {
      Set(PageMix.series(target: 3, count: 1000, kind: kind).dropFirst().map(\.family.name))
    }
    #expect(names(.histograms) == ["http_request_duration_seconds"])
    #expect(names(.processors) == ["node_cpu_seconds_total"])
    #expect(names(.containers).count == 10 && names(.containers).allSatisfy { $0.hasPrefix("container_") })
  }

  @Test(
    "A container has ten series, or one where it is a lone one",
    arguments: [(PageKind.containers, 1001, 100, 10), (.usual, 1000, 11, 10), (.loneContainers, 1000, 110, 1)])
  func containers(kind: PageKind, count: Int, containers: Int, seriesEach: Int) {
    let series = PageMix.series(target: 3, count: count, kind: kind).filter { !$0.identity.isEmpty }
    let byLabels = Dictionary(grouping: series) { $0.labels.map(\.value) }
    #expect(byLabels.count == containers && byLabels.values.allSatisfy { $0.count == seriesEach })
    #expect(byLabels.values.allSatisfy { Set($0.map(\.name)).count == seriesEach })
  }

  @Test("A page has as many series as asked for", arguments: [1, 2, 3, 9, 10, 99, 1000], PageKind.allCases)
  func counts(count: Int, kind: PageKind) throws {
    var page = TargetPage(target: 0, series: count, kind: kind)
    #expect(try read(page.next()).count == count)
  }

  @Test("Every number on a page is that of its series at that scrape")
  func numbers() throws {
    var page = TargetPage(target: 7, series: 1000)
    let series = PageMix.series(target: 7, count: 1000)
    for scrape in 1...40 {
      let values = try read(page.next())
      for one in series {
        let labels = one.labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
        let value = try #require(values[one.name + (labels.isEmpty ? "" : "{\(labels)}")])
        #expect(value == one.value(at: scrape), "\(one.name) at \(scrape)")
      }
    }
  }

  @Test(
    "Churn replaces the promised share at each scrape, whole containers of it",
    arguments: [0, 0.001, 0.01, 0.0125, 0.1], [(PageKind.usual, 10), (.loneContainers, 1)])
  func churn(share: Double, containers: (kind: PageKind, seriesEach: Int)) throws {
    var page = TargetPage(target: 1, series: 1000, kind: containers.kind, churn: share)
    var before = Set(try read(page.next()).keys)
    let length = page.next().count
    before = Set(try read(page.next()).keys)
    for _ in 0..<30 {
      let replacedBefore = page.replaced
      let bytes = page.next()
      let now = Set(try read(bytes).keys)
      let new = now.subtracting(before).count
      #expect(now.count == 1000 && bytes.count == length)
      #expect(new == page.replaced - replacedBefore)
      #expect(new % containers.seriesEach == 0 && abs(Double(new) - share * 1000) < Double(containers.seriesEach))
      before = now
    }
    let due = Int((share * 1000 * 32 + 1e-6).rounded(.down))
    #expect(page.replaced == due - due % containers.seriesEach)
  }

  @Test("Targets differ, and one target is the same in every run")
  func targets() throws {
    var (one, other, again) = (
      TargetPage(target: 0, series: 200), TargetPage(target: 1, series: 200), TargetPage(target: 0, series: 200)
    )
    let page = one.next()
    #expect(page == again.next())
    #expect(page != other.next())
  }

  @Test("Paths name pages; others name none", arguments: [("/target/1", true), ("/target/2", false), ("/x", false)])
  func paths(path: String, isThere: Bool) {
    #expect((TargetPages(targets: 2, seriesPerTarget: 5).page(at: path) != nil) == isThere)
  }

  @Test("Instances differ over a million series of small targets")
  func instances() {
    #expect(Set((0..<100_000).map(TargetPages.instance)).count == 100_000)
    #expect(TargetPages.instance(0) == "10.1.0.1:9100")
  }
}
