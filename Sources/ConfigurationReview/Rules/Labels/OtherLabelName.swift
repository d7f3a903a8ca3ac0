import AgentConfiguration

/// One thing under two names
///
/// Two senders that call the same thing `env` and `environment` cannot be queried together: `sum by (env)` has one of
/// them under nothing.
///
/// Wrong:
///
///     global:
///       external_labels:
///         env: production
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
struct OtherLabelName: ReviewRule {
  let facts = RuleFacts("GW283", .info, why: "Queries over both senders have one of them under nothing.")

  /// Names that stand for the same; the last is the one to write.
  private static let families = [
    ["env", "environment"], ["dc", "data_center", "datacentre", "datacenter"],
    ["k8s_cluster", "cluster_name", "cluster"],
    ["aws_region", "region"], ["app", "application", "service"], ["hostname", "host"], ["organisation", "org", "team"],
  ].map { $0 }

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let own = Set(file.externalLabels.map(\.name))
    return file.externalLabels.compactMap { label in
      guard let family = Self.families.first(where: { $0.contains(label.name) }) else { return nil }
      for other in context.all where other.path != file.path {
        let names = other.externalLabels.map(\.name)
        guard let twin = names.first(where: { $0 != label.name && family.contains($0) }), !names.contains(label.name),
          !own.contains(twin),
          // Of the two, the one with the name to give up is told.
          (family.firstIndex(of: label.name) ?? 0) < (family.firstIndex(of: twin) ?? 0)
        else { continue }
        return Advice(
          label.field.key.place, "the external label \(label.name) is called \(twin) in \(other.path)",
          evidence: "the two names mean the same as a rule", fix: "use one name everywhere, here \(twin)",
          edits: [.renameKey(label.field, to: twin)], confidence: 0.7)
      }
      return nil
    }
  }
}
