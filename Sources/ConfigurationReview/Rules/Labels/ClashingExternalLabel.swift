import AgentConfiguration

/// An external label that targets have too
///
/// A label that a series has stays as it is: the external one is not added. The series of these targets arrive under
/// another value than all others.
///
/// Wrong:
///
///     global:
///       external_labels:
///         region: eu
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["node-1.example.net:9100"]
///             labels:
///               region: us
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         sender_region: eu
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["node-1.example.net:9100"]
///             labels:
///               region: us
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct ClashingExternalLabel: ReviewRule {
  let facts = RuleFacts("GW271", .warning, why: "The series' own label stays, and the external one is not added to it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let external = Dictionary(file.externalLabels.map { ($0.name, $0) }) { first, _ in first }
    guard !external.isEmpty else { return [] }
    return file.jobs.flatMap { job in
      job.sections("static_configs").flatMap { $0.section("labels")?.fields ?? [] }.compactMap { field in
        guard let name = field.key.scalar?.text, let label = external[name], let value = field.value.scalar?.text,
          value != label.value, !value.isEmpty
        else { return nil }
        return Advice(
          field.key.place,
          "targets of job \"\(job.text("job_name")?.value ?? "")\" have the label \(name), which is external too",
          evidence: "here \"\(value)\", in line \(label.field.key.place.line) \"\(label.value)\"",
          fix: "name one of the two otherwise", confidence: 0.8)
      }
    }
  }
}

/// A label of `external_labels`.
struct ExternalLabel {
  var name: String
  /// As written.
  var value: String
  var field: YAMLField
}

extension ReviewedFile {
  var externalLabels: [ExternalLabel] {
    (global?.section("external_labels")?.fields ?? []).compactMap { field in
      guard let name = field.key.scalar?.text, let value = field.value.scalar else { return nil }
      return ExternalLabel(name: name, value: value.resolved == .null ? "" : value.text, field: field)
    }
  }
}
