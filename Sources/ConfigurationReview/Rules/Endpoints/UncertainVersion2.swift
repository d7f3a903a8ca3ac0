import AgentConfiguration

/// Remote write 2.0 to a backend of which not every release reads it
///
/// Thanos Receive up to 0.42 and Mimir before 2.16 answer 200 to a 2.0 message and store nothing; so does Cortex up to
/// 1.20 where reading it was not switched on. Mimir 2.16 and Cortex 1.21 answer 415. A configuration does not say which
/// release it is sent to. Godwit notices either answer and falls back to 1.0 by itself; other senders lose what they
/// send.
///
/// Wrong:
///
///     remote_write:
///       - url: https://thanos-receive.example.net/api/v1/receive
///         protobuf_message: io.prometheus.write.v2.Request
///
/// Right:
///
///     remote_write:
///       - url: https://thanos-receive.example.net/api/v1/receive
///         protobuf_message: prometheus.WriteRequest
struct UncertainVersion2: ReviewRule {
  let facts = RuleFacts(
    "GW290", .info, why: "Some releases store nothing of it; senders other than Godwit do not notice, or give up.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard context.program?.name != .godwit else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard endpoint.isVersion2, let field = endpoint.section["protobuf_message"],
        let backend = endpoint.backend, let releases = backend.kind.releasesWithoutVersion2
      else { return nil }
      return Advice(
        field.valuePlace,
        "\(endpoint.title) sends remote write 2.0 to \(backend.kind.title), of which not every release reads it",
        evidence: "\(backend.evidence); \(releases.behaviour)",
        fix: "leave \(file.spelled("protobuf_message")) out, \(releases.exception)",
        confidence: min(backend.confidence, 0.5))
    }
  }
}
