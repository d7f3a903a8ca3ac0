import AgentConfiguration

/// Settings for metadata that remote write 2.0 does not use
///
/// With 1.0, types and descriptions go in requests of their own, which `metadata_config` is about. With 2.0 they go
/// with each series, and the section has no effect.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         protobuf_message: io.prometheus.write.v2.Request
///         metadata_config:
///           send_interval: 5m
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         protobuf_message: io.prometheus.write.v2.Request
struct MetadataBesideVersion2: ReviewRule {
  let facts = RuleFacts("GW230", .info, why: "What is set there is not done: metadata goes with each series.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard endpoint.isVersion2, let field = endpoint.section["metadata_config"] else { return nil }
      return Advice(
        field.key.place, "\(file.spelled("metadata_config")) of \(endpoint.title) has no effect",
        evidence: "it sends remote write 2.0", fix: "remove \(file.spelled("metadata_config"))",
        edits: [.remove(field)], isSafe: true)
    }
  }
}
