import AgentConfiguration

/// A variable in a form that is not expanded
///
/// `external_labels` expand `$NAME` and `${NAME}`. `$(NAME)` is Kubernetes' and the Operator's form, `%{NAME}` is
/// vmagent's, `{{ name }}` is a template's: they arrive as they stand, as the value of a label.
///
/// Wrong:
///
///     global:
///       external_labels:
///         host: $(HOSTNAME)
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         host: ${HOSTNAME}
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct ForeignVariable: ReviewRule {
  let facts = RuleFacts(
    "GW276", .warning, why: "The text arrives as it stands, as the value of a label of every series.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // The Operator's reloader fills in $(…).
    guard file.kind != .operator else { return [] }
    return file.externalLabels.compactMap { label in
      guard let variable = ValueShape.variable(in: label.value), !variable.hasPrefix("${"),
        variable.hasPrefix("$(") || variable.hasPrefix("%{") || variable.hasPrefix("{{"),
        !(context.program?.name == .vmagent && variable.hasPrefix("%{"))
      else { return nil }
      let name = variable.filter { $0.isLetter || $0.isNumber || $0 == "_" }
      let text = label.value.range(ofText: variable).map { label.value.replacingCharacters(at: $0, by: "${\(name)}") }
      let isSimple = !variable.hasPrefix("{{")
      return Advice(
        label.field.valuePlace, "the variable in the external label \(label.name) is not expanded",
        evidence: "it says \(variable)", fix: isSimple ? "write ${\(name)}" : "write ${NAME}, or fill it in beforehand",
        edits: isSimple ? (text.map { [.setValue(label.field, text: "\"\($0)\"")] } ?? []) : [], confidence: 0.9)
    }
  }
}

extension String {
  fileprivate func replacingCharacters(at range: Range<Index>, by text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
