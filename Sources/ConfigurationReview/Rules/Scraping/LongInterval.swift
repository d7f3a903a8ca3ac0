import AgentConfiguration
import Settings

/// One missed scrape makes a hole
///
/// A query sees a sample for five minutes. With an interval of more than half of that a single scrape that fails
/// makes the series vanish, and with more than five minutes they are gone most of the time.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 5m
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 2m
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct LongInterval: ReviewRule {
  let facts = RuleFacts(
    "GW352", .warning, why: "Series vanish from graphs and alerts, and alerts on absence fire for nothing.")

  /// After one missed scrape this is five minutes, which a sample must be younger than.
  private let tooLong: Duration = .seconds(150)

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    ([file.global].compactMap(\.self) + file.jobs).compactMap { section in
      guard let interval = section.duration("scrape_interval"), interval.value >= tooLong else { return nil }
      return Advice(
        interval.place, "targets are read every \(DurationText.format(interval.value)) only",
        evidence: "a sample is seen for five minutes",
        fix: "use 2m at most, whatever is slow to measure")
    }
  }
}
