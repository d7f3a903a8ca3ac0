import AgentConfiguration

/// A query stands in metrics_path
///
/// The question mark of a path is sent as `%3F`: it is part of the path. Parameters go into `params`.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         metrics_path: /metrics?format=prometheus
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         metrics_path: /metrics
///         params:
///           format: [prometheus]
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct QueryInPath: ReviewRule {
  let facts = RuleFacts(
    "GW364", .warning, why: "The target is asked for a path that it does not have, and answers 404.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard let field = job["metrics_path"], let text = field.value.scalar?.text, text.contains("?") else { return nil }
      let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let pairs = parts[1].split(separator: "&").map { pair in
        pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      }
      let isPlain = !job.has("params") && !parts[1].contains("%") && Set(pairs.map { $0[0] }).count == pairs.count
      let lines = ["params:"] + pairs.map { "  \($0[0]): [\(($0.count == 2 ? $0[1] : "").inSingleQuotes)]" }
      return Advice(
        field.valuePlace, "metrics_path of \(job.jobTitle) has a query",
        evidence: "parameters: \(pairs.map { $0[0] }.joined(separator: ", "))", fix: "move it to params",
        edits: isPlain ? [.setValue(field, text: parts[0].inSingleQuotes), .insert(lines, after: field)] : [])
    }
  }
}
