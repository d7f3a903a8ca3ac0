import AgentConfiguration
import Settings

/// A field that the installed version does not know
///
/// Prometheus refuses a whole configuration for one field that it does not know. `--for prometheus:2.42` says which
/// version is to read the file.
///
/// Wrong (--for prometheus:2.42):
///
///     scrape_configs:
///       - job_name: shop
///         scrape_protocols: [PrometheusText0.0.4]
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right (--for prometheus:2.49):
///
///     scrape_configs:
///       - job_name: shop
///         scrape_protocols: [PrometheusText0.0.4]
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct FieldTooNew: ReviewRule {
  let facts = RuleFacts("GW401", .warning, why: "That version does not start with this file, and refuses to reload it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard let program = context.program, program.name == .prometheus, let version = program.version else { return [] }
    let fields = ConfigurationSections(of: file).all.flatMap { kind, section in
      section.fields.compactMap { field -> Advice? in
        guard let since = PrometheusFields.since(field.key.scalar?.text ?? "", in: kind), version < since.version else {
          return nil
        }
        return advice(since, at: field.key.place, what: since.key, version, edits: [.remove(field)])
      }
    }
    let actions = file.relabelLists.flatMap(\.rules).compactMap { rule -> Advice? in
      guard let word = rule.section.text("action"), let since = PrometheusFields.since(action: word.value),
        version < since.version
      else { return nil }
      return advice(since, at: word.place, what: "action \(since.key)", version, edits: [])
    }
    return fields + actions
  }

  private func advice(
    _ since: FieldSince, at place: Place, what: String, _ version: ProgramVersion, edits: [TextEdit]
  ) -> Advice {
    let former = since.formerly.map { "; it was called \($0), before" } ?? ""
    return Advice(
      place, "Prometheus \(version.major).\(version.minor) does not know \(what)",
      evidence: "it came with \(since.major).\(since.minor)\(former)",
      fix: "use Prometheus \(since.major).\(since.minor) or newer, or remove it", edits: edits)
  }
}
