import AgentConfiguration

/// A target without a port
///
/// Port 80, or 443 with https, is what is read then; few exporters are there. Prometheus 2 wrote the port into
/// `instance`, Prometheus 3 and this agent do not.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: [shop-1.example.net]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         static_configs:
///           - targets: ["shop-1.example.net:80"]
struct TargetWithoutPort: ReviewRule {
  let facts = RuleFacts(
    "GW359", .info, why: "The port may not be the one that was meant, and instance differs between versions.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // Rules may take a port from elsewhere, or hand the address on as a parameter.
    file.jobs.filter { !$0.rewrites("__address__") }.flatMap { job in
      job.staticTargets.filter { !hasPort($0.value) && !$0.value.contains("/") }.map { target in
        let port = job.text("scheme")?.value == "https" ? 443 : 80
        return Advice(
          target.place, "\(target.value) has no port", evidence: "port \(port) is read",
          fix: "write \(target.value):\(port), or the port that is meant", confidence: 0.8)
      }
    }
  }

  private func hasPort(_ address: String) -> Bool {
    let tail = address.reversed().prefix { $0.isNumber }
    return !tail.isEmpty && address.dropLast(tail.count).hasSuffix(":")
  }
}
