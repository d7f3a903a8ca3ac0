import AgentConfiguration

/// A job that reads nothing
///
/// Neither `static_configs` nor any discovery gives it a target.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         metrics_path: /internal/metrics
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         metrics_path: /internal/metrics
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct JobWithoutTargets: ReviewRule {
  let facts = RuleFacts(
    "GW356", .warning, why: "The job looks configured and collects nothing; there is no up that could be 0.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard job.discoveries.isEmpty, job.staticTargets.isEmpty else { return nil }
      return Advice(
        job.place(of: "job_name"), "\(job.jobTitle) has no targets",
        evidence: job.has("static_configs")
          ? "static_configs names none" : "it has neither static_configs nor a discovery",
        fix: "add targets, or remove the job")
    }
  }
}
