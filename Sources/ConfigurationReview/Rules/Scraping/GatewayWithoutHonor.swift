import AgentConfiguration

/// Pushed series are put under the name of the gateway
///
/// Who pushes to a gateway gives its own `job` and `instance`. Without `honor_labels` these become `exported_job` and
/// `exported_instance`.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: pushgateway
///         static_configs:
///           - targets: [pushgateway.example.net:9091]
///
/// Right:
///
///     scrape_configs:
///       - job_name: pushgateway
///         honor_labels: true
///         static_configs:
///           - targets: [pushgateway.example.net:9091]
struct GatewayWithoutHonor: ReviewRule {
  let facts = RuleFacts(
    "GW366", .warning, why: "All batch jobs look like the gateway, and alerts on their jobs find nothing.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard job.isGateway, job.bool("honor_labels")?.value != true, let name = job["job_name"] else { return nil }
      let edit: TextEdit =
        job["honor_labels"].map { .setValue($0, text: "true") } ?? .insert(["honor_labels: true"], after: name)
      return Advice(
        name.valuePlace, "\(job.jobTitle) reads a gateway without honor_labels",
        evidence: job.staticTargets.first.map(\.value) ?? "its name", fix: "add honor_labels: true", edits: [edit],
        confidence: 0.9)
    }
  }
}
