import AgentConfiguration

/// The certificates of targets are not verified
///
/// With `insecure_skip_verify` whoever answers at the address is believed, and gets the credentials.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         tls_config:
///           insecure_skip_verify: true
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         tls_config:
///           ca_file: /etc/ssl/shop-ca.pem
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TargetsUnverified: ReviewRule {
  let facts = RuleFacts(
    "GW362", .warning, why: "Anybody on the way can answer as the target, and reads what is sent to it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard let skips = job.section("tls_config")?.bool("insecure_skip_verify"), skips.value else { return nil }
      return Advice(
        skips.place, "\(job.jobTitle) verifies no certificate", evidence: "insecure_skip_verify: true",
        fix: "set ca_file to the authority that signs the targets' certificates, and server_name where names differ")
    }
  }
}
