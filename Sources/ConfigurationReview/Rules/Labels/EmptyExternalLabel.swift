import AgentConfiguration

/// An external label without a value
///
/// A label with an empty value is the same as none. It says nothing where it was meant to say something.
///
/// Wrong:
///
///     global:
///       external_labels:
///         cluster: ""
///         region: eu
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         region: eu
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct EmptyExternalLabel: ReviewRule {
  let facts = RuleFacts("GW282", .warning, why: "A label with an empty value is the same as no label.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.externalLabels.filter { $0.value.isEmpty }.map { label in
      Advice(
        label.field.key.place, "the external label \(label.name) has no value", evidence: "the text is empty",
        fix: "give it a value, or remove it")
    }
  }
}
