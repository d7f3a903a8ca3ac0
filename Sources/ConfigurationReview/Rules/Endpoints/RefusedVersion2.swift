import AgentConfiguration

/// Remote write 2.0 to a backend that does not read it
///
/// A receiver of 1.0 that does not look at the content type reads a 2.0 message as an empty one, and answers that all
/// is well. VictoriaMetrics is one (docs.victoriametrics.com/victoriametrics/integrations/prometheus/, and its issue
/// 10413, open in 2026), InfluxDB 1.x another. Godwit notices that nothing was written and falls back to 1.0 by itself;
/// other senders lose what they send. Backends of which some releases read 2.0 are GW290's matter.
///
/// Wrong:
///
///     remote_write:
///       - url: https://vm.example.net:8428/api/v1/write
///         protobuf_message: io.prometheus.write.v2.Request
///
/// Right:
///
///     remote_write:
///       - url: https://vm.example.net:8428/api/v1/write
///         protobuf_message: prometheus.WriteRequest
struct RefusedVersion2: ReviewRule {
  let facts = RuleFacts(
    "GW229", .warning, why: "The backend says that all is well and stores nothing, and few senders notice.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard endpoint.isVersion2, let field = endpoint.section["protobuf_message"],
        let backend = endpoint.backend, let reason = backend.kind.refusalOfVersion2
      else { return nil }
      return Advice(
        field.valuePlace, "\(endpoint.title) sends remote write 2.0 to \(backend.kind.title)",
        evidence: "\(backend.evidence); \(reason)",
        fix: "leave \(file.spelled("protobuf_message")) out, until the backend says that it reads 2.0",
        edits: [.remove(field)], confidence: min(backend.confidence, 0.9))
    }
  }
}

extension ReviewedFile.Endpoint {
  /// Whether it sends the message of remote write 2.0; the Operator calls that `V2.0`.
  var isVersion2: Bool {
    section.text("protobuf_message").map { $0.value == "io.prometheus.write.v2.Request" || $0.value == "V2.0" } ?? false
  }
}
