import AgentConfiguration
import Settings

/// A variable that this version does not expand
///
/// Prometheus expands variables in `external_labels` since 3.0. From 2.27 on it does so with
/// `--enable-feature=expand-external-labels`, before that not at all.
///
/// Wrong (--for prometheus:2.53):
///
///     global:
///       external_labels:
///         host: ${HOSTNAME}
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right (--for prometheus:3.5):
///
///     global:
///       external_labels:
///         host: ${HOSTNAME}
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct VariableBeforeVersion3: ReviewRule {
  let facts = RuleFacts(
    "GW277", .warning, why: "The text arrives as it stands, as the value of a label of every series.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard let program = context.program, program.name == .prometheus, let version = program.version,
      version < .init(3, 0)
    else { return [] }
    return file.externalLabels.compactMap { label in
      guard let variable = ValueShape.variable(in: label.value), variable.hasPrefix("$"), !variable.hasPrefix("$(")
      else {
        return nil
      }
      let hasFeature = version >= .init(2, 27)
      return Advice(
        label.field.valuePlace, "the variable in the external label \(label.name) is not expanded by this version",
        evidence: "\(variable), for Prometheus \(version.major).\(version.minor)",
        fix: hasFeature ? "start it with --enable-feature=expand-external-labels" : "fill it in beforehand",
        confidence: hasFeature ? 0.7 : 1)
    }
  }
}
