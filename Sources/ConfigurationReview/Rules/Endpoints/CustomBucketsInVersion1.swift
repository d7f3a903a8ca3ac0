import AgentConfiguration

/// Histograms with custom buckets to an endpoint of 1.0
///
/// `convert_classic_histograms_to_nhcb` makes one native histogram with custom buckets of the many series of a classic
/// one. Remote write 1.0 cannot carry those: Prometheus drops them, and counts them as
/// `nhcb_in_rw1_not_supported`.
///
/// Wrong:
///
///     global:
///       convert_classic_histograms_to_nhcb: true
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         send_native_histograms: true
///
/// Right:
///
///     global:
///       convert_classic_histograms_to_nhcb: true
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         send_native_histograms: true
///         protobuf_message: io.prometheus.write.v2.Request
struct CustomBucketsInVersion1: ReviewRule {
  let facts = RuleFacts(
    "GW231", .warning, why: "Remote write 1.0 has no custom buckets, so these histograms are dropped.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard let switched = file.place(ofSwitch: "convert_classic_histograms_to_nhcb") else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard !endpoint.isVersion2, let url = endpoint.section["url"] else { return nil }
      let value = file.kind == .operator ? "messageVersion: V2.0" : "protobuf_message: io.prometheus.write.v2.Request"
      let field = endpoint.section["protobuf_message"]
      return Advice(
        field?.key.place ?? url.key.place,
        "\(endpoint.title) cannot take the histograms that line \(switched.line) makes",
        evidence: "it sends remote write 1.0",
        fix: "write \(value) if the backend reads it, or do not convert histograms",
        edits: field == nil ? [.insert([value], after: url)] : [])
    }
  }
}

extension ReviewedFile {
  /// Where a switch about histograms is on, in `global` or in a job.
  func place(ofSwitch key: String) -> Place? {
    let inherited = global?.bool(key)
    if let inherited, inherited.value { return inherited.place }
    return jobs.lazy.compactMap { $0.bool(key) }.first { $0.value }?.place
  }
}
