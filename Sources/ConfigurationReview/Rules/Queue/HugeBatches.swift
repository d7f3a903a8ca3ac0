import AgentConfiguration

/// Batches that become too large a body
///
/// A backend answers 413 to a body above its limit, and what is refused that way is lost: New Relic takes 1,000,000
/// bytes, Coralogix 2,411,724, Google 200 series. A sample is 30 to 100 bytes of a compressed body.
/// Prometheus itself (3.5.3 and 3.11.3 on) takes 32 MiB uncompressed, which 50,000 samples with many labels exceed.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=edge-1
///         authorization:
///           credentials_file: /etc/godwit/license
///         queue_config:
///           capacity: 60000
///           max_samples_per_send: 20000
///
/// Right:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=edge-1
///         authorization:
///           credentials_file: /etc/godwit/license
///         queue_config:
///           capacity: 20000
///           max_samples_per_send: 5000
struct HugeBatches: ReviewRule {
  /// Of a sample in a compressed body, when its labels are long.
  static let bytesPerSample = 100
  /// Where nothing is known of the backend.
  static let samplesMax = 50_000
  let facts = RuleFacts("GW245", .warning, why: "The backend answers 413, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let batch = endpoint.queue.integer("max_samples_per_send"),
        let field = endpoint.queue["max_samples_per_send"]
      else { return nil }
      let (most, evidence) = limit(of: endpoint.backend?.kind, batch.value)
      guard batch.value > most else { return nil }
      let proposed = min(5_000, most)
      return Advice(
        batch.place, "\(endpoint.title) sends batches of \(batch.value.spelled) samples", evidence: evidence,
        fix: "write \(proposed)", edits: [.setValue(field, text: "\(proposed)")], isSafe: true,
        confidence: most == Self.samplesMax ? 0.7 : 0.8)
    }
  }

  /// The most samples that are taken there, and why a batch of more is not.
  private func limit(of kind: Backend.Kind?, _ batch: Int) -> (samples: Int, evidence: String) {
    if let kind, let series = kind.requestSeriesMax {
      return (series, "\(kind.title) takes \(series) series in a request")
    }
    if let kind, let bytes = kind.bodyBytesMax {
      let needed = (Double(batch) * Double(Self.bytesPerSample)).spelled
      return (
        bytes / Self.bytesPerSample,
        "\(kind.title) takes \(bytes.spelled) bytes; \(batch.spelled) samples can be \(needed)"
      )
    }
    return (Self.samplesMax, "\(batch.spelled) samples can be more than the 32 MiB uncompressed that Prometheus takes")
  }
}
