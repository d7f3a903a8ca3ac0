import AgentConfiguration

/// Credentials are sent to targets over plain http
///
/// `scheme` is http where a job does not say. Whoever is on the way reads the password or token with each scrape.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         authorization:
///           credentials_file: token
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
struct CredentialsOverHTTP: ReviewRule {
  let facts = RuleFacts("GW361", .warning, why: "The credentials are readable on the way, several times a minute.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      let secrets = WrittenSecrets(section: job)
      guard secrets.areSent, job.text("scheme")?.value ?? "http" == "http", !job.rewrites("__scheme__") else {
        return nil
      }
      let hosts = job.staticTargets.compactMap { EndpointURL("http://\($0.value)") }
      if job.discoveries.isEmpty && hosts.allSatisfy(\.isLoopback) { return nil }
      let keys = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"]
      let key = keys.first { job.has($0) } ?? "authorization"
      return Advice(
        job.place(of: key), "\(job.jobTitle) sends credentials over plain http", evidence: "\(key), scheme http",
        fix: "serve the metrics over https and set scheme: https")
    }
  }
}
