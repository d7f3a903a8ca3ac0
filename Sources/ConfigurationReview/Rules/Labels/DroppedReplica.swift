import AgentConfiguration
import MetricModel
import Relabeling

/// The label that tells replicas apart is dropped
///
/// Write rules run after external labels were added. With the replica's label gone, both replicas send the same series,
/// and the backend refuses half of them as duplicates. New Relic looks for `prometheus_replica`, in the group that
/// `prometheus` names; most others for `__replica__`. VictoriaMetrics is the exception: it takes one of two samples of
/// the same series, so there it has to be dropped.
///
/// Wrong:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: a
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         write_relabel_configs:
///           - action: labeldrop
///             regex: __replica__
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: a
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         write_relabel_configs:
///           - action: labeldrop
///             regex: pod_template_hash
struct DroppedReplica: ReviewRule {
  let facts = RuleFacts(
    "GW280", .warning, why: "Both replicas send the same series, and one is refused as a duplicate.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.relabelLists.filter { $0.role == .write }.flatMap { list -> [Advice] in
      let kind = list.ownerIndex.flatMap { file.endpoints[$0].backend?.kind }
      let replicas = file.externalLabels.filter { names(for: kind).contains($0.name) }
      guard !replicas.isEmpty else { return [] }
      return list.rules.compactMap { rule in
        guard rule.action == .labelDrop, let regex = rule.regex,
          let dropped = replicas.first(where: { rule.drops(label: $0.name) })
        else { return nil }
        return Advice(
          regex.place, "\(list.owner) drops \(dropped.name), which tells replicas apart",
          evidence: "line \(dropped.field.key.place.line) adds it to every series",
          fix: "leave it: a backend that knows replicas takes it off itself")
      }
    }
  }

  /// What replicas are told apart by there.
  private func names(for kind: Backend.Kind?) -> Set<String> {
    switch kind {
    case .victoriaMetrics, .victoriaMetricsCluster: []
    case .newRelic: ["prometheus_replica"]
    case .thanos: ["replica", "prometheus_replica", "__replica__"]
    default: ["__replica__"]
    }
  }
}

extension ReviewedFile.Rule {
  /// Whether a label of this name is gone after the rule.
  fileprivate func drops(label name: String) -> Bool {
    guard let program else { return false }
    var labels = LabelSet([(name: name, value: "a")])
    return program.apply(to: &labels) && labels.isEmpty
  }
}
