import Exposition
import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Scraping

/// What a target's samples should be, worked out anew for each page from nothing but label sets.
struct PageModel {
  struct Outcome: Equatable {
    var samples: Set<SeenSample> = []
    /// How many there are, so that nothing comes twice.
    var count = 0
    var summary = PageSummary()
  }

  let labeler: SeriesLabeler
  let settings: ScrapeSettings
  /// The newest time the log has of each series, for as long as pages have it.
  private var newestMs: [String: Int64] = [:]
  private var active: Set<String> = []

  init(labeler: SeriesLabeler, settings: ScrapeSettings) {
    self.labeler = labeler
    self.settings = settings
  }

  /// - Returns: nil when the page fails.
  mutating func read(_ body: [UInt8], _ format: ExpositionFormat, _ timeMs: Int64, isTaken: Bool) throws -> Outcome? {
    var outcome = Outcome()
    var (newest, tracked) = (newestMs, Set<String>())
    var seen: Set<String> = []
    var parser = ExpositionParser(body, format: format)
    var labels = LabelSet()
    while let entry = try parser.next() {
      guard entry == .series else { continue }
      guard parser.labels(into: &labels) else { return nil }
      outcome.summary.scraped += 1
      guard labeler.apply(to: &labels) == .keep else { continue }
      outcome.summary.afterRelabeling += 1
      let name = labels.description
      let isFirst = seen.insert(name).inserted
      if isFirst && newestMs[name] == nil { outcome.summary.seriesAdded += 1 }
      let own = settings.honorTimestamps ? parser.timestampMs : nil
      let time = own ?? timeMs
      if time > timeMs + PageReader.futureMsMax {
        outcome.summary.outOfBounds += 1
        newest[name] = newest[name] ?? .min
        continue
      }
      if own == nil || settings.trackTimestampsStaleness { tracked.insert(name) }
      let known = newest[name] ?? .min
      if time > known {
        outcome.samples.insert(SeenSample(name, time, parser.value))
        outcome.count += 1
        newest[name] = time
      } else if time < known {
        outcome.summary.outOfOrder += 1
      } else if own == nil {
        outcome.summary.duplicates += 1
      }
    }
    for name in active where !seen.contains(name) { mark(name, timeMs, &newest, &outcome) }
    if isTaken {
      active = tracked
      newestMs = newest.filter { seen.contains($0.key) }
    }
    return outcome
  }

  mutating func fail(_ timeMs: Int64, isTaken: Bool) -> Outcome {
    var outcome = Outcome()
    var newest = newestMs
    for name in active { mark(name, timeMs, &newest, &outcome) }
    if isTaken { (active, newestMs) = ([], newest) }
    return outcome
  }

  private func mark(_ name: String, _ timeMs: Int64, _ newest: inout [String: Int64], _ outcome: inout Outcome) {
    guard newest[name, default: .min] < timeMs else { return }
    outcome.samples.insert(.stale(name, timeMs))
    outcome.count += 1
    newest[name] = timeMs
  }
}

@Suite("Pages against a model that remembers label sets alone")
struct ModelTests {
  struct Setup: Sendable {
    var seed: UInt64
    var tracks: Bool
    var honors: Bool
  }

  static let setups = SeededRandom.seeds.flatMap { seed in
    [(false, true), (true, true), (false, false)].map { Setup(seed: seed, tracks: $0.0, honors: $0.1) }
  }

  @Test("Random pages bring the same samples, the same stale markers and the same counts", arguments: setups)
  func randomPages(setup: Setup) throws {
    var generator = SeededRandom(seed: setup.seed)
    var settings = ScrapeSettings(jobName: "j")
    settings.trackTimestampsStaleness = setup.tracks
    settings.honorTimestamps = setup.honors
    let rules = [
      RelabelRule(sourceLabels: ["__name__"], regex: "dropped.*", action: "drop"),
      RelabelRule(sourceLabels: ["__name__"], targetLabel: "__name__", regex: "renamed_.*", replacement: "renamed"),
    ]
    let labeler = SeriesLabeler(
      targetLabels: ScrapeBench.labels, honorLabels: false, limits: settings.limits, program: try RelabelProgram(rules))
    let registry = SeriesRegistry()
    var reader = PageReader(labeler: labeler, settings: settings, registry: registry)
    var model = PageModel(labeler: labeler, settings: settings)
    var source = RandomPage()
    for round in 0..<400 {
      let timeMs = Int64(round + 1) * 10_000
      let note: Comment = "seed \(setup.seed), round \(round)"
      source.change(using: &generator)
      let (body, format) = source.text(timeMs, using: &generator)
      let isTaken = Int.random(in: 0..<8, using: &generator) > 0
      var (batch, summary) = (SampleBatch(), PageSummary())
      let expected: PageModel.Outcome
      if Int.random(in: 0..<12, using: &generator) == 0 {
        reader.readFailure(at: timeMs, into: &batch)
        expected = model.fail(timeMs, isTaken: isTaken)
      } else if let outcome = try? model.read(body, format, timeMs, isTaken: isTaken) {
        try reader.read(body, as: .text(format), at: timeMs, into: &batch, &summary)
        expected = outcome
        #expect(summary == outcome.summary, note)
      } else {
        #expect(throws: ScrapeFailure.self, note) {
          try reader.read(body, as: .text(format), at: timeMs, into: &batch, &summary)
        }
        batch.removeAll()
        reader.readFailure(at: timeMs, into: &batch)
        expected = model.fail(timeMs, isTaken: isTaken)
      }
      let seen = batch.spelled(by: registry)
      #expect(Set(seen).symmetricDifference(expected.samples).isEmpty, note)
      #expect(seen.count == expected.count, note)
      if isTaken { reader.batchWasTaken() } else { reader.batchWasRefused() }
      guard Set(seen) == expected.samples else { return }
    }
    reader.release()
    #expect(registry.withTable { $0.count } == 0, "seed \(setup.seed)")
  }
}

/// A page that changes from scrape to scrape in all the ways that a target's may.
struct RandomPage {
  private struct Line {
    var name: String
    var label: Int
    var spelling: Int
    var timestamps: Int
  }

  private var lines: [Line] = []
  private var isOpenMetrics = false
  private var help = 0
  private static let names = ["a", "b_total", "c_count", "dropped_d", "renamed_e", "renamed_f"]

  mutating func change(using generator: inout SeededRandom) {
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      let position = Int.random(in: 0...lines.count, using: &generator)
      switch Int.random(in: 0..<7, using: &generator) {
      case 0, 1:
        lines.insert(
          Line(
            name: Self.names.randomElement(using: &generator) ?? "a", label: Int.random(in: 0..<5, using: &generator),
            spelling: Int.random(in: 0..<3, using: &generator),
            timestamps: max(0, Int.random(in: -4..<4, using: &generator))), at: position)
      case 2 where position < lines.count: lines.remove(at: position)
      case 3 where lines.count > 1: lines.swapAt(0, lines.count - 1)
      case 4 where position < lines.count: lines[position].spelling = Int.random(in: 0..<3, using: &generator)
      case 5 where position < lines.count: lines[position].timestamps = Int.random(in: 0..<4, using: &generator)
      case 6: help = Int.random(in: 0..<4, using: &generator)
      default: break
      }
    }
    if Int.random(in: 0..<10, using: &generator) == 0 { isOpenMetrics.toggle() }
    if lines.count > 20 { lines.removeFirst(10) }
  }

  func text(_ timeMs: Int64, using generator: inout SeededRandom) -> (body: [UInt8], format: ExpositionFormat) {
    var text = ""
    for (position, line) in lines.enumerated() {
      // Also below the family's first series, and not on every page.
      if (position + help).isMultiple(of: 4) { text += "# HELP \(line.name) help \(help)\n" }
      if (position + help).isMultiple(of: 5) { text += "# TYPE \(line.name) \(help < 2 ? "gauge" : "counter")\n" }
      text += spelled(line) + " \(Int.random(in: 0..<100, using: &generator))"
      if let time = timestamp(line, timeMs, using: &generator) {
        text += isOpenMetrics ? " \(time / 1000).\(String(1000 + time % 1000).dropFirst())" : " \(time)"
      }
      if isOpenMetrics && line.name == "b_total" { text += " # {trace=\"\(position)\"} 1" }
      text += "\n"
    }
    if Int.random(in: 0..<15, using: &generator) == 0 { text += "{broken" }
    return (Array((text + (isOpenMetrics ? "# EOF\n" : "")).utf8), isOpenMetrics ? .openMetrics : .prometheusText)
  }

  private func spelled(_ line: Line) -> String {
    switch line.spelling {
    case 0: "\(line.name){l=\"\(line.label)\",m=\"x\"}"
    case 1: "\(line.name){m=\"x\",l=\"\(line.label)\"}"
    case _ where isOpenMetrics: "{\"\(line.name)\",l=\"\(line.label)\",m=\"x\"}"
    default: "\(line.name) { m = \"x\", l=\"\(line.label)\" }"
    }
  }

  private func timestamp(_ line: Line, _ timeMs: Int64, using generator: inout SeededRandom) -> Int64? {
    switch line.timestamps {
    case 1: timeMs - Int64.random(in: 0..<30_000, using: &generator).clamped(below: timeMs)
    case 2: timeMs / 50_000 * 50_000
    case 3: timeMs + Int64.random(in: -9_000..<700_000, using: &generator)
    default: nil
    }
  }
}

extension Int64 {
  fileprivate func clamped(below limit: Int64) -> Int64 { Swift.min(self, limit - 1) }
}
