import AgentConfiguration

/// Two senders that cannot be told apart
///
/// Two files with the same external labels and a job of the same name send series to one place that only differ where
/// their targets do. If they scrape the same targets, every sample arrives twice; `up` and the like always collide
/// where instances have the same names. (VictoriaMetrics wants two of the same to have the same labels, and takes one
/// of two samples; nothing is said there.)
///
/// Wrong:
///
///     global:
///       external_labels:
///         cluster: eu-1
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["localhost:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///     ---
///     global:
///       external_labels:
///         cluster: eu-1
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["localhost:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: a
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["localhost:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///     ---
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: b
///     scrape_configs:
///       - job_name: node
///         static_configs:
///           - targets: ["localhost:9100"]
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct SameExternalLabels: ReviewRule {
  let facts = RuleFacts("GW274", .warning, why: "Their series become one at the backend, and collide.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // What a variable stands for differs from one machine to the next.
    let labels = file.externalLabels
    guard !labels.isEmpty, labels.allSatisfy({ !$0.value.contains("$") }) else { return [] }
    let key = Self.key(labels)
    let jobs = Set(file.jobs.compactMap { $0.text("job_name")?.value })
    let deduplicating: Set<Backend.Kind?> = [.victoriaMetrics, .victoriaMetricsCluster]
    let places = Set(file.endpoints.filter { !deduplicating.contains($0.backend?.kind) }.compactMap { $0.url?.value })
    // The first file of several is the one that the others are compared with.
    let earlier = context.all.prefix { $0.path != file.path }
    let twin = earlier.first { other in
      Self.key(other.externalLabels) == key
        && !places.isDisjoint(with: other.endpoints.compactMap { $0.url?.value })
        && !jobs.isDisjoint(with: other.jobs.compactMap { $0.text("job_name")?.value })
    }
    guard let twin, let first = labels.first else { return [] }
    let shared = jobs.intersection(twin.jobs.compactMap { $0.text("job_name")?.value }).sorted()
    return [
      Advice(
        first.field.key.place, "the external labels are those of \(twin.path)",
        evidence: "both write to the same URL and have the job " + shared.prefix(3).joined(separator: ", "),
        fix: "add a label that differs: __replica__ for two of the same, or the site", confidence: 0.8)
    ]
  }

  private static func key(_ labels: [ExternalLabel]) -> [String] { labels.map { "\($0.name)=\($0.value)" }.sorted() }
}
