import AgentConfiguration
import Settings

/// A scrape may take as long as the interval
///
/// A target that needs all of `scrape_timeout` is then read without a pause, and a slow scrape delays the next.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 30s
///         scrape_timeout: 30s
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scrape_interval: 30s
///         scrape_timeout: 20s
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TimeoutIsInterval: ReviewRule {
  let facts = RuleFacts(
    "GW350", .info, why: "A target that is slow for a while is under constant load and loses samples.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let global = file.global?.duration("scrape_interval")?.value ?? .seconds(60)
    let sections = (file.global.map { [(owner: "global", section: $0)] } ?? []) + file.jobs.map { ($0.jobTitle, $0) }
    return sections.compactMap { owner, section in
      guard let timeout = section.duration("scrape_timeout"), timeout.value > .zero else { return nil }
      let interval = section.duration("scrape_interval")?.value ?? global
      guard timeout.value == interval else { return nil }
      return Advice(
        timeout.place, "scrape_timeout of \(owner) is all of scrape_interval",
        evidence: "both are \(DurationText.format(interval))",
        fix: "leave some room: two thirds of the interval")
    }
  }
}
