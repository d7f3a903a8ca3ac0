import Exposition
import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Scraping

/// A log's segment as far as definitions go: what each series number means in it to the readers of one lane.
private struct DefinedSegment {
  private var meanings: [SeriesID: String] = [:]
  private var roster: UInt64?
  /// How many batches were of a roster that the segment has.
  private(set) var knownCount = 0

  /// Takes a batch as the log does, trusting its roster.
  ///
  /// - Returns: the series of the batch that a reader would not know, or would take for another one.
  mutating func take(_ batch: SampleBatch, _ registry: SeriesRegistry) -> [String] {
    let mentioned = batch.series + batch.histograms.map(\.series)
    let isKnown = batch.roster != nil && batch.roster?.number == roster
    for id in isKnown ? batch.roster?.newcomers ?? [] : mentioned { meanings[id] = Self.labels(id, registry) }
    if isKnown { knownCount += 1 }
    if !isKnown, let own = batch.roster, own.isWhole { roster = own.number }
    return mentioned.map { (id: $0, labels: Self.labels($0, registry)) }
      .filter { meanings[$0.id] != $0.labels }.map(\.labels)
  }

  private static func labels(_ id: SeriesID, _ registry: SeriesRegistry) -> String {
    registry.withTable { $0.labels(of: id).description + " \($0.metadata(of: id).type)" }
  }
}

@Suite("The roster of a target's series")
struct RosterTests {
  private static func reader(_ registry: SeriesRegistry) throws -> PageReader {
    var settings = ScrapeSettings(jobName: "j")
    settings.trackTimestampsStaleness = true
    return PageReader(
      labeler: SeriesLabeler(
        targetLabels: ScrapeBench.labels, honorLabels: false, limits: settings.limits,
        program: try RelabelProgram(settings.metricRelabelRules)),
      settings: settings, registry: registry)
  }

  private static func page(_ random: inout SeededRandom, at timeMs: Int64) -> String {
    var page = ""
    if Int.random(in: 0..<6, using: &random) == 0 { page = "# TYPE m\(Int.random(in: 0..<3, using: &random)) gauge\n" }
    for name in 0..<14 where Int.random(in: 0..<8, using: &random) > 0 {
      page += "m\(name % 3){n=\"\(name)\"} \(name)"
      if Int.random(in: 0..<12, using: &random) == 0 {
        page += " \(timeMs + .random(in: -30_000...30_000, using: &random))"
      }
      page += "\n"
    }
    return Int.random(in: 0..<10, using: &random) == 0 ? page + "}" : page
  }

  @Test("What is left to the roster is defined, whatever pages show and the log refuses", arguments: SeededRandom.seeds)
  func defined(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let registry = SeriesRegistry()
    var reader = try Self.reader(registry)
    var segment = DefinedSegment()
    var timeMs: Int64 = 1_700_000_000_000
    for round in 0..<400 {
      timeMs += 15_000
      var batch = SampleBatch()
      var summary = PageSummary()
      do {
        let body = Array(Self.page(&random, at: timeMs).utf8)
        try reader.read(body, as: .text(.prometheusText), at: timeMs, into: &batch, &summary)
      } catch {
        batch.removeAll()
        reader.readFailure(at: timeMs, into: &batch)
      }
      // A write that fails is followed by a new segment.
      let isRefused = Int.random(in: 0..<9, using: &random) == 0
      if isRefused || Int.random(in: 0..<12, using: &random) == 0 { segment = DefinedSegment() }
      if isRefused {
        reader.batchWasRefused()
        continue
      }
      let unknown = segment.take(batch, registry)
      #expect(unknown.isEmpty, "seed \(seed), round \(round)")
      reader.batchWasTaken()
    }
    reader.release()
  }

  @Test("From the second page on the roster of a steady page is known and has no newcomers")
  func steady() throws {
    let registry = SeriesRegistry()
    var reader = try Self.reader(registry)
    var segment = DefinedSegment()
    var newcomers: [Int] = []
    for round in 1...4 as ClosedRange<Int64> {
      var batch = SampleBatch()
      var summary = PageSummary()
      try reader.read(Array("a 1\nb 2\n".utf8), as: .text(.prometheusText), at: round * 1000, into: &batch, &summary)
      newcomers.append(batch.roster?.newcomers.count ?? -1)
      #expect(segment.take(batch, registry).isEmpty)
      reader.batchWasTaken()
    }
    #expect(newcomers == [2, 0, 0, 0])
    #expect(segment.knownCount == 3)
  }
}
