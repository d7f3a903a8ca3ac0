import AgentConfiguration
import Settings

/// Targets are read every few seconds or more often
///
/// Samples, requests and what an endpoint charges grow with each halving of `scrape_interval`. Rates over a minute
/// are no better for it.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 1s
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 15s
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct VeryShortInterval: ReviewRule {
  let facts = RuleFacts("GW351", .info, why: "It costs many times the samples of the usual 15 to 60 seconds.")

  private let shortest: Duration = .seconds(5)

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    ([file.global].compactMap(\.self) + file.jobs).compactMap { section in
      guard let interval = section.duration("scrape_interval"), interval.value > .zero, interval.value < shortest else {
        return nil
      }
      return Advice(
        interval.place, "targets are read every \(DurationText.format(interval.value))",
        evidence: "\(Int(Duration.seconds(60) / interval.value)) samples a minute for each series",
        fix: "use 15s, or keep the short interval for the few series that need it", confidence: 0.8)
    }
  }
}
