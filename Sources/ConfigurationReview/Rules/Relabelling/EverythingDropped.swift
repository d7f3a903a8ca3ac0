import MetricModel
import Relabeling

/// A rule throws everything away
///
/// A `drop` without a `regex`, or with one that matches anything, drops all series: one that lacks the label has an
/// empty value, which `.*` matches too.
///
/// Wrong:
///
///     - source_labels: [debug]
///       regex: .*
///       action: drop
///
/// Right:
///
///     - source_labels: [debug]
///       regex: .+
///       action: drop
struct EverythingDropped: ReviewRule {
  let facts = RuleFacts("GW328", .warning, why: "Nothing is left to be sent.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { list, _, rule in
      guard rule.action == .drop || rule.action == .keep, let program = rule.program else { return nil }
      let isAllDropped = Self.samples.allSatisfy { sample in
        var labels = sample
        return !program.apply(to: &labels)
      }
      // A keep by other labels is for series that are not among the samples.
      guard isAllDropped, rule.action == .drop || rule.isOnMetricName && rule.regexText.isEmpty else { return nil }
      return Advice(
        rule.place, "everything is thrown away in \(list.title)",
        evidence: "\(rule.action?.rawValue ?? "") with \(rule.rule.regex.map { "regex \($0)" } ?? "no regex")",
        fix: "use .+ for series that have the label at all, or say which are meant")
    }
  }

  /// Series that have little in common.
  private static let samples: [LabelSet] = ["up", "http_requests_total", "a:b", "x1", "Ω"].map {
    LabelSet([(name: "__name__", value: $0), (name: "job", value: "a")])
  }
}
