import AgentConfiguration
import Diagnostics

/// A field of prometheus.yml in a resource of the Operator
///
/// The Operator's resources are written in camel case: `remoteWrite`, `queueConfig`, `sourceLabels`. A cluster drops
/// fields that it does not know, mostly without a word.
///
/// Wrong:
///
///     apiVersion: monitoring.coreos.com/v1
///     kind: Prometheus
///     spec:
///       remoteWrite:
///         - url: https://metrics.example.net/api/v1/write
///           writeRelabelConfigs:
///             - source_labels: [env]
///               regex: test
///               action: drop
///
/// Right:
///
///     apiVersion: monitoring.coreos.com/v1
///     kind: Prometheus
///     spec:
///       remoteWrite:
///         - url: https://metrics.example.net/api/v1/write
///           writeRelabelConfigs:
///             - sourceLabels: [env]
///               regex: test
///               action: drop
struct OperatorSpelling: ReviewRule {
  let facts = RuleFacts(
    "GW430", .warning, why: "The field is dropped when the resource is stored, and the setting with it.")

  /// Where the Operator's word is another one altogether.
  private let others = ["retry_on_http_429": "retryOnRateLimit", "protobuf_message": "messageVersion"]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .operator, let spec = OperatorTranslation.written(in: file) else { return [] }
    let top = spec["remote_write"].map { [$0] } ?? []
    let fields = top + (spec["remoteWrite"].map { underscored(in: $0.value) } ?? [])
    return fields.map { field in
      let key = field.key.scalar?.text ?? ""
      let corrected = others[key] ?? file.spelling(of: key)
      return Advice(
        field.key.place, "the Operator does not know \(key)", evidence: "it is how prometheus.yml spells it",
        fix: "write \(corrected)", edits: [.renameKey(field, to: corrected)])
    }
  }

  /// The fields below a value whose names are not the Operator's.
  private func underscored(in node: YAMLNode) -> [YAMLField] {
    switch node.content {
    case .scalar: return []
    case .sequence(let elements): return elements.flatMap { underscored(in: $0) }
    case .mapping(let fields):
      return fields.flatMap { field in
        let key = field.key.scalar?.text ?? ""
        // The names of headers and parameters are not ours.
        let below =
          ["headers", "endpointParams", "proxyConnectHeader"].contains(key) ? [] : underscored(in: field.value)
        return (key.contains("_") ? [field] : []) + below
      }
    }
  }
}
