import AgentConfiguration

/// An external label with a name that not every backend takes
///
/// Prometheus takes any name since 3.0. Backends that hold to letters, digits and underscores refuse the series with
/// 400, and the label is on every one of them.
///
/// Wrong:
///
///     global:
///       external_labels:
///         data-center: eu-1
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         data_center: eu-1
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct UnportableLabelName: ReviewRule {
  let facts = RuleFacts("GW281", .warning, why: "A backend that does not know such names refuses every series.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.externalLabels.compactMap { label in
      guard !label.name.isEmpty, !isPortable(label.name) else { return nil }
      let proposed = String(
        label.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : Character("_") })
      let name = proposed.first?.isNumber == true ? "_" + proposed : proposed
      return Advice(
        label.field.key.place, "the external label \"\(label.name)\" has a name that older backends refuse",
        evidence: "it has more than letters, digits and underscores", fix: "call it \(name)",
        edits: [.renameKey(label.field, to: name)], confidence: 0.8)
    }
  }

  private func isPortable(_ name: String) -> Bool {
    name.first?.isNumber != true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
