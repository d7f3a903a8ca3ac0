import AgentConfiguration

/// Alloy does not read a prometheus.yml
///
/// Alloy has a language of its own. `alloy convert --source-format=prometheus` makes a file in it, and reports what it
/// has no counterpart for.
///
/// Wrong (--for alloy):
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct AlloyConverts: ReviewRule {
  let facts = RuleFacts("GW404", .warning, why: "Alloy stops at the first line, or the converted file lacks something.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard context.program?.name == .alloy, file.kind == .agent || file.kind == .server, let root = file.root else {
      return []
    }
    let lost = ConfigurationSections(of: file).all.flatMap { kind, section in
      section.fields.filter { ForeignFields.notConvertedByAlloy[kind]?.contains($0.key.scalar?.text ?? "") ?? false }
    }
    let whole = Advice(
      root.place, "Alloy has to be given another file", evidence: "this one is a prometheus.yml",
      fix: "run alloy convert --source-format=prometheus on it, or start it with --config.format=prometheus")
    return [whole]
      + lost.map { field in
        Advice(
          field.key.place, "alloy convert has no counterpart for \(field.key.scalar?.text ?? "")",
          evidence: "its validation reports the field as unsupported", fix: "remove it before converting",
          edits: [.remove(field)], confidence: 0.9)
      }
  }
}
