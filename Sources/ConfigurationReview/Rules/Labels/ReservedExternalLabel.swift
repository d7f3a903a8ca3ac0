import AgentConfiguration

/// An external label with a name that means something else
///
/// `job` and `instance` are on every series already, so an external one is never added. `le`, `quantile` and `__name__`
/// have a meaning of their own. Names that begin with two underscores are for the machinery, but for `__replica__`.
///
/// Wrong:
///
///     global:
///       external_labels:
///         job: edge
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         site: edge
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct ReservedExternalLabel: ReviewRule {
  let facts = RuleFacts("GW275", .warning, why: "It is never added, or it changes what series mean.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.externalLabels.compactMap { label in
      guard let reason = reason(label.name) else { return nil }
      return Advice(
        label.field.key.place, "the external label \(label.name) \(reason)",
        evidence: "it is in external_labels", fix: "give it a name of its own, as site or cluster")
    }
  }

  private func reason(_ name: String) -> String? {
    switch name {
    case "job", "instance": "is on every series already, so this one is not added"
    case "le", "quantile": "is what buckets and quantiles are told apart by"
    case "__name__": "would be the name of the metric"
    // What Mimir and Cortex tell replicas by; what vmagent and Alloy tell tenants by.
    case "__replica__", "__tenant_id__": nil
    default: name.hasPrefix("__") ? "begins with two underscores, which is for internal labels" : nil
    }
  }
}
