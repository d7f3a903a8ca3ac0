import AgentConfiguration

/// Everybody on the machine may read a secret of a job
///
/// A password or token in a file of its own is only as secret as that file.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         authorization:
///           credentials_file: world-readable-token
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         authorization:
///           credentials_file: token
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct SecretFileReadable: ReviewRule {
  let facts = RuleFacts("GW367", .warning, why: "Any user or process of the machine can take the secret and use it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.flatMap { job in
      WrittenSecrets(section: job).files.compactMap { name, path in
        guard let fact = context.disk.fact(ofPath: file.fullPath(of: path.value)), fact.permissions & 0o007 != 0 else {
          return nil
        }
        return Advice(
          path.place, "the \(name) of \(job.jobTitle) is open to all users",
          evidence: "permissions \(String(fact.permissions, radix: 8))", fix: "chmod 600, owned by the agent's user")
      }
    }
  }
}
