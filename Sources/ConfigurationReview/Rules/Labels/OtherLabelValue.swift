import AgentConfiguration

/// One value in two spellings
///
/// `prod` and `production` are two environments to a query.
///
/// Wrong:
///
///     global:
///       external_labels:
///         environment: prod
///     ---
///     global:
///       external_labels:
///         environment: production
///
/// Right:
///
///     global:
///       external_labels:
///         environment: production
///     ---
///     global:
///       external_labels:
///         environment: staging
struct OtherLabelValue: ReviewRule {
  let facts = RuleFacts("GW284", .info, why: "Queries, alerts and dashboards see two values where one is meant.")

  private static let families = [
    ["prod", "prd", "production"], ["stage", "stg", "staging"], ["dev", "devel", "development"],
    ["test", "testing"], ["qa", "quality"],
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.externalLabels.compactMap { label in
      for other in context.all where other.path != file.path {
        guard let twin = other.externalLabels.first(where: { $0.name == label.name }), twin.value != label.value,
          isSame(label.value, twin.value),
          label.value.count < twin.value.count || label.value.first?.isUppercase == true
        else { continue }
        return Advice(
          label.field.valuePlace, "\(label.name) is \"\(label.value)\" here and \"\(twin.value)\" in \(other.path)",
          evidence: "the two mean the same as a rule", fix: "use one spelling everywhere, here \(twin.value)",
          edits: [.setValue(label.field, text: "\"\(twin.value)\"")], confidence: 0.7)
      }
      return nil
    }
  }

  private func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.lowercased(), right.lowercased())
    return left == right || Self.families.contains { $0.contains(left) && $0.contains(right) }
  }
}
