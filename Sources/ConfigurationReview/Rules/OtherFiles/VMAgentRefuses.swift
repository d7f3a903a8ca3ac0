import AgentConfiguration

/// vmagent does not take this file
///
/// vmagent reads `global` and `scrape_configs` of a prometheus.yml and refuses other fields, unless it is started with
/// `-promscrape.config.strictParse=false`. Where samples go is said by flags.
///
/// Wrong (--for vmagent):
///
///     global:
///       scrape_interval: 15s
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right (--for vmagent):
///
///     global:
///       scrape_interval: 15s
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct VMAgentRefuses: ReviewRule {
  let facts = RuleFacts(
    "GW403", .warning, why: "vmagent stops with an error; told to ignore what it does not know, it sends nothing there."
  )

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard context.program?.name == .vmagent else { return [] }
    let fields = ConfigurationSections(of: file).all.flatMap { kind, section in
      section.fields.filter { ForeignFields.refusedByVMAgent[kind]?.contains($0.key.scalar?.text ?? "") ?? false }
    }
    let intervals = file.jobs.flatMap(\.discoveries).flatMap { list in
      elements(of: list).compactMap { $0["refresh_interval"] }
    }
    return (fields + intervals).map { field in
      let key = field.key.scalar?.text ?? ""
      return Advice(
        field.key.place, "vmagent refuses \(key)", evidence: "not a field of its configuration",
        fix: ForeignFields.insteadForVMAgent(key), edits: [.remove(field)], confidence: 0.9)
    }
  }

  private func elements(of field: YAMLField) -> [Section] {
    guard case .sequence(let elements) = field.value.content else { return [] }
    return elements.compactMap { Section($0) }
  }
}
