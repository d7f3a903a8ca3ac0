import AgentConfiguration

/// A whole server is federated
///
/// Federation is for a few aggregated series. All series of a server in one page are slow to write and to read, and
/// what happened while a scrape failed is lost. Remote write sends each sample once.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: leaves
///         honor_labels: true
///         metrics_path: /federate
///         params:
///           match[]: ['{__name__=~".+"}']
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
///           match[]: ['{__name__=~"job:.+"}']
///         static_configs:
///           - targets: [leaf-1.example.net:9090]
struct FederationOfEverything: ReviewRule {
  let facts = RuleFacts(
    "GW355", .warning, why: "The page grows with the server until a scrape takes longer than its timeout.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.flatMap { job in
      (job.section("params")?.texts("match[]") ?? []).filter { job.isFederation && isEverything($0.value) }.map {
        selector in
        Advice(
          selector.place, "\(job.jobTitle) asks for all series of another server", evidence: selector.value,
          fix: "ask for aggregated series alone, or have that server send by remote_write")
      }
    }
  }

  private func isEverything(_ selector: String) -> Bool {
    let plain = selector.filter { $0 != " " && $0 != "\"" && $0 != "'" }
    return ["__name__", "job", "instance"].contains { label in
      ["=~.+", "=~.*", "!=", "!~^$"].contains { plain == "{\(label)\($0)}" }
    }
  }
}
