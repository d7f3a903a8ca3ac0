/// A Python package for remote write that does not exist
///
/// The name is made up; whoever registers it one day runs code on every machine that tries again.
///
/// Wrong:
///
///     pip install prometheus-remote-write
///
/// Right:
///
///     pip install prometheus-remote-writer
struct UnknownPackage: StatementRule {
  let facts = RuleFacts("GW451", .warning, why: "Nothing is installed today, and anybody's code tomorrow.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    let isInstalled = statement.contains("pip") && statement.contains(Self.installed)
    let isImported = statement.contains(Self.imported)
    guard isInstalled || isImported else { return nil }
    return (
      "there is no Python package of this name", isInstalled ? "prometheus-remote-write" : "prometheus_remote_write",
      "use prometheus-remote-writer, or opentelemetry-exporter-prometheus-remote-write"
    )
  }

  private static var installed: Regex<Substring> { #/prometheus-remote-write(?![-\w])/# }
  private static var imported: Regex<Substring> {
    #/(?:from|import) prometheus_remote_write(?![-\w])/#
  }
}
