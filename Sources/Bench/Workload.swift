public import RemoteWriteProtocol

/// A load under which agents are compared, and for how long.
public struct Workload: Hashable, Sendable {
  /// Where the samples come from.
  public enum Source: Hashable, Sendable {
    /// Targets are scraped every `intervalSeconds`.
    case scrape(targets: Int, series: Int, intervalSeconds: Int, churn: Double, page: PageKind)
    /// Series are pushed in remote write, at `rate` samples a second.
    case push(series: Int, rate: Int, message: WriteMessageVersion)
  }

  public var name: String
  /// For people: what is done.
  public var summary: String
  public var source: Source
  /// How many endpoints the samples go to.
  public var endpoints = 1
  /// How many `write_relabel_configs` each endpoint has.
  public var rules = 0
  /// Those that are compared when nobody says otherwise.
  public var contestants: [Contestant.Kind]
  public var rounds: Int
  public var warmUpSeconds: Int
  public var windowSeconds: Int
  /// The name of the workload that lacks what is special about this one. Godwit is measured under it in the same
  /// rounds, for what a machine gives differs more from hour to hour than many a workload from another.
  public var baseline: String?

  /// All series.
  public var series: Int {
    switch source {
    case .scrape(let targets, let series, _, _, _): targets * series
    case .push(let series, _, _): series
    }
  }

  /// Why an agent does not take part; nil if it does.
  public func exclusion(of kind: Contestant.Kind) -> String? {
    guard case .push(_, _, .v2) = source, kind != .godwit else { return nil }
    return "\(kind.rawValue) does not take Remote Write 2.0"
  }

  /// The same in short, for a first look: one round of an interval or a few.
  public var quick: Workload {
    var quick = self
    quick.rounds = 1
    quick.windowSeconds = max(10, windowSeconds / 3)
    return quick
  }
}

extension Workload {
  private static let everyone = Contestant.Kind.allCases

  private static func scrape(
    _ name: String, _ summary: String, targets: Int, series: Int = 1000, every seconds: Int = 5, churn: Double = 0,
    page: PageKind = .usual, by contestants: [Contestant.Kind], rounds: Int, window: Int
  ) -> Workload {
    // Each target's first page, which is all new series, and then one that is not.
    let warmUp = 2 * seconds + 2
    return Workload(
      name: name, summary: summary,
      source: .scrape(targets: targets, series: series, intervalSeconds: seconds, churn: churn, page: page),
      contestants: contestants, rounds: rounds, warmUpSeconds: warmUp, windowSeconds: window)
  }

  /// What a kind of page costs.
  private static func pages(_ name: String, _ summary: String, _ kind: PageKind) -> Workload {
    scrape(name, summary, targets: 100, page: kind, by: everyone, rounds: 2, window: 20)
  }

  private static func relay(
    _ name: String, _ summary: String, _ message: WriteMessageVersion, by contestants: [Contestant.Kind]
  ) -> Workload {
    Workload(
      name: name, summary: summary, source: .push(series: 100_000, rate: 150_000, message: message),
      contestants: contestants, rounds: 3, warmUpSeconds: 8, windowSeconds: 30)
  }

  /// Every workload there is, in the order in which they are run: some 70 minutes together.
  public static let all: [Workload] = {
    let usual = scrape(
      "scrape-100x1000", "100 × 1,000 series every 5 s", targets: 100, by: everyone, rounds: 3, window: 30)
    var endpoints = scrape(
      "endpoints-3", "100 × 1,000 series every 5 s to three endpoints", targets: 100, by: [.godwit], rounds: 3,
      window: 20)
    endpoints.endpoints = 3
    endpoints.baseline = usual.name
    var rules = scrape(
      "rules-50", "100 × 1,000 series every 5 s through 50 write-relabel rules", targets: 100, by: [.godwit], rounds: 3,
      window: 20)
    rules.rules = 50
    rules.baseline = usual.name
    var churn = scrape(
      "churn", "100 × 1,000 series every 5 s, 1 % replaced at each scrape: a container of ten", targets: 100,
      churn: 0.01, by: everyone, rounds: 3, window: 20)
    churn.baseline = usual.name
    let lone = pages(
      "pages-lone-containers", "100 × 1,000 series every 5 s, a container to each of the 11 %", .loneContainers)
    var loneChurn = scrape(
      "churn-lone-containers", "100 × 1,000 series every 5 s, a container to each of the 11 %, of which ten are replaced", targets: 100, churn: 0.01,
      page: .loneContainers, by: [.godwit], rounds: 3, window: 20)
    loneChurn.baseline = lone.name
    var fewer = scrape(
      "growth-10k", "10 × 1,000 series every 15 s", targets: 10, every: 15, by: [.godwit], rounds: 3, window: 45)
    fewer.baseline = growthMiddle.name
    var more = scrape(
      "growth-1m", "1,000 × 1,000 series every 15 s", targets: 1000, every: 15, by: [.godwit], rounds: 2, window: 45)
    more.baseline = growthMiddle.name
    return [
      usual,
      scrape(
        "scrape-200x5000", "200 × 5,000 series every 15 s", targets: 200, series: 5000, every: 15, by: everyone,
        rounds: 2, window: 30),
      relay("relay-v2", "100,000 series pushed at 150,000 samples/s, RW2 in", .v2, by: [.godwit]),
      relay("relay-v1", "100,000 series pushed at 150,000 samples/s, RW1 in", .v1, by: everyone),
      churn,
      endpoints,
      rules,
      pages("pages-histograms", "100 × 1,000 series of classic histograms every 5 s", .histograms),
      pages("pages-processors", "100 × 1,000 counters of CPUs every 5 s", .processors),
      pages("pages-containers", "100 × 1,000 series of containers, ten each, every 5 s", .containers),
      lone, loneChurn,
      fewer, more,
      scrape(
        "latency", "2 × 100 series every 5 s: requests that never fill", targets: 2, series: 100, by: everyone,
        rounds: 1, window: 30),
    ]
  }()

  /// What fewer and more series are compared with.
  static let growthMiddle = scrape(
    "growth-100k", "100 × 1,000 series every 15 s", targets: 100, every: 15, by: [.godwit], rounds: 2, window: 45)

  /// A few seconds of a few series: whether everything works.
  public static let tiny = scrape(
    "tiny", "3 × 50 series every second", targets: 3, series: 50, every: 1, by: everyone, rounds: 1, window: 5)

  /// The same for a relay.
  public static let tinyRelay = Workload(
    name: "tiny-relay", summary: "500 series pushed at 1,000 samples/s, RW2 in",
    source: .push(series: 500, rate: 1000, message: .v2), contestants: everyone, rounds: 1, warmUpSeconds: 2,
    windowSeconds: 5)

  /// The workload of this name.
  public static func named(_ name: String) -> Workload? {
    (all + [growthMiddle, tiny, tinyRelay]).first { $0.name == name }
  }
}
