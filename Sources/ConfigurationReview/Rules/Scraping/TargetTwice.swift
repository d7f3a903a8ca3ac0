import AgentConfiguration

/// A target is read twice
///
/// The same address with the same path in two jobs, or in one job under two sets of labels, is scraped and sent twice.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///       - job_name: hosts
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net:8080]
///       - job_name: hosts
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TargetTwice: ReviewRule {
  let facts = RuleFacts(
    "GW357", .warning, why: "Everything of the target is stored and paid for twice, and sums count it twice.")

  private struct Page: Hashable {
    var address: String
    var path: String
    var scheme: String
    var query: String
  }

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    var first: [Page: (job: String, line: Int)] = [:]
    var advice: [Advice] = []
    for job in file.jobs where !job.has("relabel_configs") {
      for target in job.staticTargets {
        let page = page(of: target.value, in: job)
        guard let other = first[page] else {
          first[page] = (job.jobTitle, target.place.line)
          continue
        }
        advice.append(
          Advice(
            target.place, "\(target.value) is a target of \(other.job) already",
            evidence: "in line \(other.line), with the same path", fix: "remove one of the two"))
      }
    }
    return advice
  }

  private func page(of address: String, in job: Section) -> Page {
    let query = job.section("params").map { parameters in
      parameters.fields.compactMap { $0.key.scalar?.text }.map { key in
        "\(key)=\(parameters.texts(key).map(\.value).joined(separator: ","))"
      }
    }
    return Page(
      address: address.lowercased(), path: job.text("metrics_path")?.value ?? "/metrics",
      scheme: job.text("scheme")?.value ?? "http", query: query?.sorted().joined(separator: "&") ?? "")
  }
}
