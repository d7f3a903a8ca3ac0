import AgentConfiguration

/// A file with a secret of a job is not there
///
/// It is read for each scrape; the checker does not look for it.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         authorization:
///           credentials_file: missing-token
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
struct SecretFileMissing: ReviewRule {
  let facts = RuleFacts("GW368", .info, why: "Every scrape of the job fails until the file is there.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.flatMap { job in
      WrittenSecrets(section: job).files.compactMap { name, path in
        let fullPath = file.fullPath(of: path.value)
        // Where the directory is not there either, the file is for another machine.
        let directory = fullPath.lastIndex(of: "/").map { String(fullPath[..<$0]) } ?? "/"
        guard context.disk.fact(ofPath: fullPath) == nil, context.disk.fact(ofPath: directory) != nil else {
          return nil
        }
        return Advice(
          path.place, "the \(name) of \(job.jobTitle) is not on this machine", evidence: path.value,
          fix: "create it, or check the path: it begins at the directory of the configuration", confidence: 0.7)
      }
    }
  }
}
