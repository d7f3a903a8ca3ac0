import AgentConfiguration

/// A target is written as a URL
///
/// A target is a host and a port. Where a job has `relabel_configs` the checker lets anything pass, since a rule may
/// make an address of it; here none does.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - target_label: team
///             replacement: web
///         static_configs:
///           - targets: ["https://shop-1.example.net/metrics"]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         relabel_configs:
///           - target_label: team
///             replacement: web
///         static_configs:
///           - targets: ["shop-1.example.net:443"]
struct TargetIsURL: ReviewRule {
  let facts = RuleFacts("GW358", .warning, why: "The target is dropped when the agent runs: an address has no slash.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.filter { $0.has("relabel_configs") && !$0.rewrites("__address__") }.flatMap { job in
      job.staticTargets.filter { $0.value.contains("/") }.map { target in
        Advice(
          target.place, "a target of \(job.jobTitle) is no address",
          evidence: EndpointURL(target.value).map { "a URL with host \($0.host)" } ?? "it has a slash",
          fix: "write host:port; the path goes into metrics_path, http or https into scheme")
      }
    }
  }
}
