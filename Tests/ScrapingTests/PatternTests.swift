import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Exposition
@testable import Scraping

/// New lines mostly get their series by the pattern of lines before them. A line that is alone on the first page of a
/// reader is read in full, and both must come to the same series.
@Suite("Lines that are new and like others")
struct PatternTests {
  private struct Mix {
    var honorsLabels = false
    var targetLabels = ["job": "node", "instance": "10.0.0.1:9100"]
    var labelsMax = 0
    var rules: [RelabelRule] = []

    func reader(_ registry: SeriesRegistry) throws -> PageReader {
      var settings = ScrapeSettings(jobName: "node")
      settings.limits.labelValueBytes = labelsMax
      let labeler = SeriesLabeler(
        targetLabels: LabelSet(targetLabels), honorLabels: honorsLabels, limits: settings.limits,
        program: try RelabelProgram(rules))
      return PageReader(labeler: labeler, settings: settings, registry: registry)
    }
  }

  private static func mix(_ random: inout SeededRandom) throws -> Mix {
    var mix = Mix(honorsLabels: Bool.random(using: &random))
    if random.oneIn(3) { mix.targetLabels = ["a": "target", "zone": "b"] }
    if random.oneIn(4) { mix.targetLabels = [:] }
    if random.oneIn(4) { mix.labelsMax = 100 }
    if random.oneIn(4) { mix.rules = [RelabelRule(sourceLabels: ["a"], targetLabel: "b", regex: "v(.*)")] }
    return mix
  }

  private static let families = ["h": "histogram", "s": "summary", "c_total": "counter", "g": "gauge"]

  /// A line from a small world, with the family that it stands under.
  private static func line(_ random: inout SeededRandom) -> (family: String, text: String) {
    let family = families.keys.sorted().randomElement(using: &random) ?? "g"
    let name = family == "h" ? "h_bucket" : family
    let names = [["a"], ["a", "b"], ["b", "a"], ["le", "a"], ["quantile"], []].randomElement(using: &random) ?? []
    let labels = names.map { label in
      let values = label.count > 1 ? ["1", "0.5", "+Inf", "2.0"] : ["v1", "v2", "v3", "", "v4", "target"]
      return "\(label)=\"\(values.randomElement(using: &random) ?? "")\""
    }
    return (family, labels.isEmpty ? name : "\(name){\(labels.joined(separator: ","))}")
  }

  /// One help on some pages, another on others.
  private static func header(_ family: String, _ version: Int) -> String {
    "# TYPE \(family) \(families[family] ?? "gauge")\n# HELP \(family) Version \(version).\n"
  }

  @Test("They get the series that they get when each is read alone", arguments: 1...60)
  func sameAsAlone(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (registry, mix) = (SeriesRegistry(), try Self.mix(&random))
    var reader = try mix.reader(registry)
    // Another target like this one, whose families never change: it holds series with the metadata that was.
    var other = try mix.reader(registry)
    let others = Self.families.keys.sorted().map {
      Self.header($0, 1) + "\($0 == "h" ? "h_bucket" : $0){a=\"v1\"} 1\n"
    }
    var (batch, summary, version) = (SampleBatch(), PageSummary(), 1)
    try other.read(Array(others.joined().utf8), as: .text(.prometheusText), at: 1_000, into: &batch, &summary)
    other.batchWasTaken()
    for round in 1...25 {
      if random.oneIn(6) { version = Int.random(in: 1...3, using: &random) }
      let lines = Dictionary(
        grouping: (0..<40).map { _ in Self.line(&random) }, by: \.family
      ).sorted { $0.key < $1.key }
      var expected: Set<SeriesID> = []
      var alone: [PageReader] = []
      let page = lines.map { Self.header($0.key, version) + $0.value.map { $0.text + " 1\n" }.joined() }.joined()
      batch.removeAll()
      try reader.read(Array(page.utf8), as: .text(.prometheusText), at: Int64(round) * 1_000, into: &batch, &summary)
      reader.batchWasTaken()
      // Metadata that changed is that of the series from the next page on.
      batch.removeAll()
      try reader.read(Array(page.utf8), as: .text(.prometheusText), at: Int64(round) * 1_000 + 500, into: &batch, &summary)
      reader.batchWasTaken()
      for (family, lines) in lines {
        for line in lines {
          var single = try mix.reader(registry)
          var (one, ignored) = (SampleBatch(), PageSummary())
          let text = Self.header(family, version) + line.text + " 1\n"
          try single.read(Array(text.utf8), as: .text(.prometheusText), at: 1_000, into: &one, &ignored)
          single.batchWasTaken()
          expected.formUnion(one.series)
          alone.append(single)
        }
      }
      let found = Set(zip(batch.series, batch.values).filter { !SpecialNaN.isStaleMarker($0.1) }.map(\.0))
      let differing = registry.withTable { table in
        found.symmetricDifference(expected).map { "\(table.labels(of: $0)) \(table.metadata(of: $0))" }
      }
      #expect(differing.isEmpty, "seed \(seed), round \(round): \(page)")
      for index in alone.indices { alone[index].release() }
      guard differing.isEmpty else { return }
    }
    reader.release()
    other.release()
    registry.withTable { table in
      #expect(table.count == 0, "seed \(seed)")
      #expect(table.symbols.count == 1, "seed \(seed)")
    }
  }

  @Test("Most of them are read by patterns where lines are replaced on each page, and none are kept where no line is new")
  func patternsAreUsed() throws {
    var reader = try Mix().reader(SeriesRegistry())
    var (batch, summary) = (SampleBatch(), PageSummary())
    func read(_ lines: Range<Int>, at timeMs: Int64) throws {
      let page = lines.map { "a{b=\"\($0)\"} 1\n" }.joined()
      batch.removeAll()
      try reader.read(Array(page.utf8), as: .text(.prometheusText), at: timeMs, into: &batch, &summary)
      reader.batchWasTaken()
    }
    for round in 0..<4 { try read(round * 10..<round * 10 + 30, at: Int64(round) * 1_000) }
    // The tenth new line, and the one that stands first now was read too, as two before it were looked for in vain.
    #expect(reader.patterns.last.line == 11)
    for round in 4..<7 { try read(30..<60, at: Int64(round) * 1_000) }
    #expect(reader.patterns.isEmpty)
  }
}
