import AgentConfiguration

/// Targets may say whose series they are
///
/// With `honor_labels` a page's own `job` and `instance` win over those of the agent. That is for federation and
/// gateways, which speak for others.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         honor_labels: true
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TrustedLabels: ReviewRule {
  let facts = RuleFacts(
    "GW353", .info, why: "One target can put its series under the name of another, by mistake or not.")

  /// What speaks for others by design.
  private let speakers = [
    "federat", "gateway", "push", "state-metrics", "state_metrics", "cadvisor", "kubelet", "proxy",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard let honors = job.bool("honor_labels"), honors.value, !job.isFederation, !job.isGateway else { return nil }
      let name = job.text("job_name")?.value.lowercased() ?? ""
      guard !speakers.contains(where: { name.contains($0) }) else { return nil }
      return Advice(
        honors.place, "\(job.jobTitle) takes job and instance from its targets", evidence: "honor_labels: true",
        fix: "remove it; the page's own labels are then called exported_job and exported_instance", confidence: 0.6)
    }
  }
}
