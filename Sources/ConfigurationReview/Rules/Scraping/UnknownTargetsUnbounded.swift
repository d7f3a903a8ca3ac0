import AgentConfiguration

/// Targets that others decide on have no limit
///
/// A discovery finds what others have started. `sample_limit` fails a page that is longer than any should be, before
/// it fills the log and the endpoint. One in `global` is for all jobs.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         http_sd_configs:
///           - url: https://targets.example.net/shop
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         sample_limit: 20000
///         http_sd_configs:
///           - url: https://targets.example.net/shop
struct UnknownTargetsUnbounded: ReviewRule {
  let facts = RuleFacts(
    "GW360", .info, why: "One program that makes a series for each user takes the room of all others.")

  /// Lists that whoever writes the configuration mostly writes too.
  private let own = ["file_sd_configs", "dns_sd_configs"]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    if (file.global?.integer("sample_limit")?.value ?? 0) > 0 { return [] }
    let jobs = file.jobs.filter { job in
      (job.integer("sample_limit")?.value ?? 0) == 0
        && job.discoveries.contains { !own.contains($0.key.scalar?.text ?? "") }
    }
    guard let first = jobs.first, let discovery = first.discoveries.first else { return [] }
    let names = jobs.map { $0.text("job_name")?.value ?? "" }
    let others = names.count > 6 ? " and \(names.count - 6) more" : ""
    return [
      Advice(
        discovery.key.place, "targets are discovered and none has a sample_limit",
        evidence: "jobs: \(names.prefix(6).joined(separator: ", "))\(others)",
        fix: "set sample_limit in the job or in global, to several times what a page has", confidence: 0.6)
    ]
  }
}
