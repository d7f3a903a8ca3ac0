import Exposition
import MetricModel
import Relabeling
import Scraping

/// Walks pages without knowing anything of the ones before.
struct ParserStage: Stage {
  private let pages: [[UInt8]]
  private var labels = LabelSet()
  let work: StageWork

  init(series: Int) {
    pages = Population.pages(series: series).map(\.text)
    work = StageWork(samples: series, bytes: pages.reduce(0) { $0 + $1.count })
  }

  mutating func run() throws {
    for page in pages {
      var parser = ExpositionParser(page, format: .prometheusText)
      while let entry = try parser.next() {
        if entry == .series { _ = parser.labels(into: &labels) }
      }
    }
  }
}

/// Every round is the first scrape of a new agent.
struct FirstScrapeStage: Stage {
  private let series: Int
  private var population: Population
  let work: StageWork

  init(series: Int) throws {
    self.series = series
    population = try Population(series: series)
    work = StageWork(samples: series, bytes: population.pageBytes)
  }

  mutating func prepare() throws { population = try Population(series: series) }
  mutating func run() throws { try population.scrape { _, _ in } }
}

/// Every round is the scrape that follows another one.
struct RepeatedScrapeStage: Stage {
  private var population: Population
  let work: StageWork

  init(series: Int) throws {
    population = try Population(series: series)
    work = StageWork(samples: series, bytes: population.pageBytes)
    try population.scrape { _, _ in }
  }

  mutating func prepare() throws { population.advance() }
  mutating func run() throws { try population.scrape { _, _ in } }
}

/// Every round is the scrape that follows another one, and a hundredth of the series are others.
struct ChangingScrapeStage: Stage {
  private var population: Population
  let work: StageWork

  init(series: Int) throws {
    population = try Population(series: series)
    work = StageWork(samples: series, bytes: population.pageBytes)
    // The first page that changes finds a cache that has not been changed before.
    for _ in 0..<3 {
      population.replaceSome()
      try population.scrape { _, _ in }
    }
  }

  mutating func prepare() throws {
    population.advance()
    population.replaceSome()
  }
  mutating func run() throws { try population.scrape { _, _ in } }
}

/// Rules as configurations have them, on the labels of each series.
struct RelabelStage: Stage {
  private let labels: [LabelSet]
  private let program: RelabelProgram
  private var scratch = RelabelScratch()
  private var outgoing = LabelSet()
  private(set) var kept = 0
  let work: StageWork

  init(series: Int) throws {
    var population = try Population(series: series)
    var labels: [LabelSet] = []
    let registry = population.registry
    try population.scrape { batch, _ in
      for id in batch.series { labels.append(registry.withTable { $0.labels(of: id) }) }
    }
    self.labels = labels
    program = try RelabelProgram([
      RelabelRule(sourceLabels: ["__name__"], regex: "go_.*|process_.*|promhttp_.*", action: "drop"),
      RelabelRule(sourceLabels: ["instance"], targetLabel: "host", regex: "([^:]+):.*"),
      RelabelRule(sourceLabels: ["namespace", "pod"], targetLabel: "workload", regex: "([^;]+);([^-]+)-.*"),
      RelabelRule(regex: "id|image", action: "labeldrop"),
      RelabelRule(targetLabel: "cluster", replacement: "one"),
    ])
    work = StageWork(samples: labels.count, bytes: labels.reduce(0) { $0 + $1.byteCount })
  }

  mutating func run() throws {
    for series in labels {
      outgoing = series
      if program.apply(to: &outgoing, scratch: &scratch) { kept += 1 }
    }
  }
}
