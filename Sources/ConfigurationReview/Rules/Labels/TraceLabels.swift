import AgentConfiguration
import Relabeling

/// Trace ids as labels
///
/// Every trace id makes a new series. An exemplar carries the id with a sample of an existing series, and
/// `send_exemplars` sends it.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         write_relabel_configs:
///           - source_labels: [request]
///             target_label: trace_id
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         send_exemplars: true
struct TraceLabels: ReviewRule {
  let facts = RuleFacts("GW279", .warning, why: "Every trace makes new series, as many as there are requests.")

  private static let names: Set<String> = [
    "trace_id", "traceid", "span_id", "spanid", "x_trace_id", "trace", "traceparent",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.relabelLists.flatMap { list in
      list.rules.compactMap { rule -> Advice? in
        guard list.role != .target, list.role != .alert, rule.action == .replace,
          let target = rule.section.text("target_label"), Self.names.contains(target.value.lowercased()),
          // An empty replacement takes the label away.
          rule.rule.replacement != ""
        else { return nil }
        let off = file.endpoints.contains { $0.section.bool("send_exemplars")?.value != true }
        return Advice(
          target.place, "a rule of \(list.owner) makes a label of trace ids", evidence: "it writes \(target.value)",
          fix: "remove the rule, and let the application attach the id as an exemplar"
            + (off ? "; set \(file.spelled("send_exemplars")): true" : ""), confidence: 0.9)
      }
    }
  }
}
