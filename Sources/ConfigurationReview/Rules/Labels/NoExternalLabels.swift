import AgentConfiguration
import Relabeling

/// Nothing says who sends
///
/// Series from two places with the same job and instance become one at the backend, and their samples are refused as
/// duplicates or out of order. `external_labels` tell them apart, and say where a series comes from.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["node-1.example.net:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["node-1.example.net:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct NoExternalLabels: ReviewRule {
  let facts = RuleFacts(
    "GW270", .info, why: "Series of two senders with the same job and instance become one at the backend.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard !file.jobs.isEmpty, let first = file.endpoints.first, file.externalLabels.isEmpty, !addsConstants(file),
      // The parameter of New Relic's URL does the same.
      first.parts?.queryNames.contains("prometheus_server") != true
    else { return [] }
    return [
      Advice(
        file.root?.place(of: "remote_write") ?? first.section.place, "what is sent does not say where it comes from",
        evidence: "there are jobs and endpoints, and no external_labels",
        fix: "add external_labels to global: cluster, region or site", confidence: 0.8)
    ]
  }

  /// A rule that gives every series a label does the same.
  private func addsConstants(_ file: ReviewedFile) -> Bool {
    file.relabelLists.contains { list in
      list.role != .alert
        && list.rules.contains {
          $0.action == .replace && $0.sourceLabels.isEmpty && $0.section.text("target_label") != nil
        }
    }
  }
}
