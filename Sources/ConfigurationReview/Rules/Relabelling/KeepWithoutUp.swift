import MetricModel
import Relabeling

/// A keep for an endpoint throws away up
///
/// `up` and the `scrape_…` series say whether targets could be read at all. They pass through `write_relabel_configs`
/// like any other series, and a list of wanted names mostly forgets them. Where another endpoint gets `up`, nothing is
/// said.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         write_relabel_configs:
///           - source_labels: [__name__]
///             regex: shop_(orders|errors)_total
///             action: keep
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         write_relabel_configs:
///           - source_labels: [__name__]
///             regex: shop_(orders|errors)_total|up|scrape_.+
///             action: keep
struct KeepWithoutUp: ReviewRule {
  let facts = RuleFacts(
    "GW301", .warning,
    why: "Without up nobody at the endpoint can tell a target that is down from one that has nothing to report.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let lists = file.relabelLists.filter { $0.role == .write }
    let isSentSomewhere = file.endpoints.count > lists.count || lists.contains { passes("up", $0.rules[...]) }
    if isSentSomewhere { return [] }
    return file.advice(onRulesOf: [.write]) { list, index, rule in
      // A name that an earlier rule threw away was meant to go.
      guard rule.action == .keep, rule.isOnMetricName, passes("up", list.rules[..<index]), !passes("up", [rule]) else {
        return nil
      }
      let lost = ["up", "scrape_duration_seconds", "scrape_samples_scraped"].filter { !passes($0, [rule]) }
      return Advice(
        rule.regexPlace, "\(list.owner) does not get up", evidence: "thrown away: \(lost.joined(separator: ", "))",
        fix: "add |up|scrape_.+ to the expression",
        edits: rule.settingRegex(to: "\(RegexText(rule.regexText).unanchored)|up|scrape_.+"))
    }
  }

  private func passes(_ name: String, _ rules: ArraySlice<ReviewedFile.Rule>) -> Bool {
    var labels = LabelSet([
      (name: "__name__", value: name), (name: "instance", value: "a:1"), (name: "job", value: "a"),
    ])
    return rules.allSatisfy { $0.program?.apply(to: &labels) ?? true }
  }
}
