import Relabeling

/// What programs tell about themselves is dropped
///
/// `process_…` and the metrics of a language's runtime (`go_…`, `jvm_…`, `python_…`) are some dozens of series for each
/// target, and the first that are asked for after a crash: memory, open files, restarts.
///
/// Wrong:
///
///     - source_labels: [__name__]
///       regex: (go|process)_.*
///       action: drop
///
/// Right:
///
///     - source_labels: [__name__]
///       regex: go_gc_duration_seconds.*
///       action: drop
struct SelfMetricsDropped: ReviewRule {
  let facts = RuleFacts(
    "GW303", .info, why: "Memory, open files and restarts of the programs cannot be seen afterwards; it saves little.")

  private let telling = [
    "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds", "go_goroutines",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard rule.action == .drop, rule.isOnMetricName, let probe = rule.probe, !probe.matches("http_requests_total")
      else {
        return nil
      }
      let lost = telling.filter { probe.matches($0) }
      guard !lost.isEmpty else { return nil }
      return Advice(
        rule.regexPlace, "metrics that programs have about themselves are dropped",
        evidence: "dropped: \(lost.joined(separator: ", "))",
        fix: "keep at least the memory, the start time and the open files", confidence: 0.8)
    }
  }
}
