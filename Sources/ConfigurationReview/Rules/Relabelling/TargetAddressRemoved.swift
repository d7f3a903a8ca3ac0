import Relabeling

/// A target loses its address or its interval
///
/// While `relabel_configs` run, a target's address, path and interval are labels. Without `__address__`,
/// `__scrape_interval__` or `__scrape_timeout__` it cannot be scraped and is dropped.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - regex: job|zone
///             action: labelkeep
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - regex: __.+|job|zone
///             action: labelkeep
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TargetAddressRemoved: ReviewRule {
  let facts = RuleFacts("GW317", .warning, why: "All targets of the job are dropped.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.target]) { list, index, rule in
      guard rule.action == .labelDrop || rule.action == .labelKeep else { return nil }
      let needed = ["__address__", "__scrape_interval__", "__scrape_timeout__"]
      let lost = needed.filter { rule.removes($0) && list.removes($0, from: index) }
      guard !lost.isEmpty else { return nil }
      let isKeep = rule.action == .labelKeep
      let corrected = "__.+|\(RegexText(rule.regexText).unanchored)"
      return Advice(
        rule.regexPlace, "targets of \(list.owner) lose \(lost.joined(separator: ", "))", evidence: rule.regexText,
        fix: isKeep ? "write \(corrected)" : "name the labels that are meant, for example __meta_.+",
        edits: isKeep ? rule.settingRegex(to: corrected) : [])
    }
  }
}
