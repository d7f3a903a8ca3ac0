import AgentConfiguration

/// Federated series are put under the name of the server they come from
///
/// A page at `/federate` holds series of many targets. Without `honor_labels` their `job` and `instance` become
/// `exported_job` and `exported_instance`.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: leaves
///         metrics_path: /federate
///         params:
///           match[]: ['{job="shop"}']
///         static_configs:
///           - targets: [leaf-1.example.net:9090]
///
/// Right:
///
///     scrape_configs:
///       - job_name: leaves
///         honor_labels: true
///         metrics_path: /federate
///         params:
///           match[]: ['{job="shop"}']
///         static_configs:
///           - targets: [leaf-1.example.net:9090]
struct FederationWithoutHonor: ReviewRule {
  let facts = RuleFacts("GW354", .warning, why: "Dashboards and alerts that ask for job and instance find nothing.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard job.isFederation, let path = job["metrics_path"], job.bool("honor_labels")?.value != true else {
        return nil
      }
      let edit: TextEdit =
        job["honor_labels"].map { .setValue($0, text: "true") } ?? .insert(["honor_labels: true"], after: path)
      return Advice(
        path.valuePlace, "\(job.jobTitle) federates without honor_labels", evidence: "metrics_path is /federate",
        fix: "add honor_labels: true", edits: [edit])
    }
  }
}
