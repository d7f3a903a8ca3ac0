/// A path of Prometheus for `go install` that cannot be installed
///
/// The module has replacements in its go.mod, which `go install` refuses, and a binary built so would lack the
/// pages of its user interface.
///
/// Wrong:
///
///     go install github.com/prometheus/prometheus/cmd/prometheus@latest
///
/// Right:
///
///     apt-get install prometheus
struct GoInstallPath: StatementRule {
  let facts = RuleFacts("GW450", .warning, why: "Nothing is installed, or a program without its pages.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains("go install"), statement.contains("prometheus/prometheus") else { return nil }
    return (
      "Prometheus cannot be installed with go install", "its go.mod has replacements, which go install refuses",
      "take a release archive, a container image or a package of the distribution"
    )
  }
}
