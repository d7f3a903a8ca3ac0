import Exposition
import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Scraping

/// Metrics that come, go and change their kind from page to page.
private struct RandomFamilies {
  enum Kind: CaseIterable { case gauge, counter, native, classic, both }

  /// By label, the kind that the metric of each family has.
  private var metrics: [[Int: Kind]] = [[:], [:], [:]]
  var isContradictory = false

  mutating func change(using generator: inout SeededRandom) {
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let family = metrics.indices.randomElement(using: &generator) ?? 0
      let label = Int.random(in: 0..<4, using: &generator)
      if Int.random(in: 0..<3, using: &generator) == 0 {
        metrics[family][label] = nil
      } else {
        // Of one family all metrics have one type, but a histogram's sides may differ.
        let kind = Kind.allCases.randomElement(using: &generator) ?? .gauge
        if metrics[family].values.contains(where: { Self.type($0) != Self.type(kind) }) { metrics[family] = [:] }
        metrics[family][label] = kind
      }
    }
    isContradictory = Int.random(in: 0..<10, using: &generator) == 0
  }

  private static func type(_ kind: Kind) -> Int {
    switch kind {
    case .gauge: 1
    case .counter: 0
    case .native, .classic, .both: 4
    }
  }

  /// The page, and what is on it by the rules of the job: each series, and whether it is a histogram.
  func page(_ job: HistogramIngestion, using generator: inout SeededRandom) -> (bytes: [UInt8], series: [String: Bool])
  {
    var (page, expected) = (ProtobufPage(), [String: Bool]())
    for (family, members) in metrics.enumerated() {
      guard let type = members.values.first.map(Self.type) else { continue }
      page.family("f\(family)", type: type) { message in
        for (label, kind) in members.sorted(by: { $0.key < $1.key }) {
          let count = UInt64.random(in: 2..<9, using: &generator)
          Self.write(kind, label, count, isContradictory, to: &message)
          Self.expect(kind, "f\(family)", label, job, in: &expected)
        }
      }
    }
    return (page.bytes, expected)
  }

  private static func write(
    _ kind: Kind, _ label: Int, _ count: UInt64, _ isContradictory: Bool, to family: inout ProtobufMessage
  ) {
    family.message(4) {
      $0.label("l", "\(label)")
      switch kind {
      case .gauge: $0.message(2) { $0.double(1, Double(count)) }
      case .counter: $0.message(3) { $0.double(1, Double(count)) }
      case .native, .classic, .both:
        $0.message(7) {
          $0.integer(1, count)
          if kind != .native { $0.bucket(0.5, count - 1) }
          if kind != .classic {
            $0.span(12, offset: 1, length: 2)
            $0.packed(13, [1, Int64(count) - (isContradictory ? 1 : 2)])
          }
        }
      }
    }
  }

  private static func expect(
    _ kind: Kind, _ name: String, _ label: Int, _ job: HistogramIngestion, in expected: inout [String: Bool]
  ) {
    let isHistogram = type(kind) == 4
    let isNative = isHistogram && kind != .classic && job.scrapesNative
    let isConverted = isHistogram && !isNative && job.convertsClassic
    if !isHistogram || isNative || isConverted { expected[series(name, "l=\"\(label)\"")] = isHistogram }
    let keeps = job.keepsClassic && (isConverted || kind != .native)
    guard isHistogram, keeps || !(isNative || isConverted) else { return }
    expected[series("\(name)_count", "l=\"\(label)\"")] = false
    expected[series("\(name)_sum", "l=\"\(label)\"")] = false
    for bound in kind == .native ? ["+Inf"] : ["0.5", "+Inf"] {
      expected[bucket("\(name)_bucket", bound, label)] = false
    }
  }

  private static func bucket(_ name: String, _ bound: String, _ label: Int) -> String {
    "\(name){instance=\"i\",job=\"j\",l=\"\(label)\",le=\"\(bound)\"}"
  }

  /// Whether a native histogram on the page refuses it.
  func isRefused(by job: HistogramIngestion) -> Bool {
    isContradictory && job.scrapesNative && metrics.contains { $0.values.contains { $0 == .native || $0 == .both } }
  }
}

@Suite("Pages in protobuf against a model")
struct ProtobufModelTests {
  struct Setup: Sendable {
    var seed: UInt64
    var switches: Int

    var job: HistogramIngestion {
      var job = HistogramIngestion()
      job.scrapesNative = switches & 1 != 0
      job.convertsClassic = switches & 2 != 0
      job.keepsClassic = switches & 4 != 0
      return job
    }
  }

  static let setups = SeededRandom.seeds.flatMap { seed in (0..<8).map { Setup(seed: seed, switches: $0) } }

  @Test("Each series of a page has one sample of its kind, each that is gone an end of its kind", arguments: setups)
  func randomPages(setup: Setup) throws {
    var generator = SeededRandom(seed: setup.seed)
    var bench = try ScrapeBench { $0.histograms = setup.job }
    var families = RandomFamilies()
    // What the log waits for the end of, and whether it is a histogram.
    var active: [String: Bool] = [:]
    for round in 0..<120 {
      families.change(using: &generator)
      let isTaken = Int.random(in: 0..<6, using: &generator) > 0
      let isDown = Int.random(in: 0..<8, using: &generator) == 0
      let page = families.page(setup.job, using: &generator)
      bench.sink.setFull(!isTaken)
      let failure = isDown ? bench.scrapeFails() : bench.scrape(page.bytes)
      guard isTaken else { continue }
      let fails = isDown || families.isRefused(by: setup.job)
      #expect((failure != nil) == fails, "seed \(setup.seed), switches \(setup.switches), round \(round)")
      let shown = fails ? [:] : page.series
      let ended = active.filter { shown[$0.key] == nil }
      let found = bench.lastSamples
      let isRight = found.samples == shown && found.ends == ended && found.count == shown.count + ended.count
      #expect(
        isRight,
        "seed \(setup.seed), switches \(setup.switches), round \(round): \(found), not \(shown) and ends of \(ended)")
      guard isRight else { return }
      active = shown
    }
    bench.sink.setFull(false)
    bench.end()
    #expect(bench.lastSamples.ends == active, "seed \(setup.seed), switches \(setup.switches)")
    #expect(bench.seriesCount == 0)
  }
}

extension ScrapeBench {
  /// Scrapes a page in protobuf fifteen seconds after the last one.
  @discardableResult
  fileprivate mutating func scrape(_ bytes: [UInt8]) -> ScrapeFailure? {
    turnClock(byMs: 15_000)
    return work.take(
      .success(FetchedPage(body: bytes, contentType: "application/vnd.google.protobuf")), at: nowMs,
      durationSeconds: 0.25)
  }

  /// What the last batch has besides its report: each series with a sample or an end, and whether it is a histogram.
  fileprivate var lastSamples: (samples: [String: Bool], ends: [String: Bool], count: Int) {
    var (samples, ends) = ([String: Bool](), [String: Bool]())
    for sample in last {
      if sample.isStale { ends[sample.series] = false } else { samples[sample.series] = false }
    }
    for id in sink.lastBatch.histograms.indices {
      let (series, isEnd) = sink.lastEnds[id]
      if isEnd { ends[series] = true } else { samples[series] = true }
    }
    return (samples, ends, last.count + sink.lastBatch.histograms.count)
  }
}
