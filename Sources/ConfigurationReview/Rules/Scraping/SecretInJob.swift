import AgentConfiguration

/// A secret for scraping stands in the configuration
///
/// Configurations are committed, copied and shown. A file of its own has its own permissions, and is read anew for each
/// scrape, so that a new secret needs no reload.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         basic_auth:
///           username: agent
///           password: correct-horse
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         basic_auth:
///           username: agent
///           password_file: password
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct SecretInJob: ReviewRule {
  let facts = RuleFacts("GW363", .warning, why: "Whoever may read the configuration, or its history, has the secret.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.flatMap { job in
      WrittenSecrets(section: job).inline.map { name, place in
        Advice(
          place, "\(name) of \(job.jobTitle) stands in the file", evidence: "a secret of its own, not shown",
          fix: "write it to a file that only the agent may read, and name that in \(name)_file")
      }
    }
  }
}
