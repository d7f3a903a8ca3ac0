/// A look at the path MTU that holds on one system only, for a thing that relabelling does not cure
///
/// `ping -M do -s 1472` is Linux and IPv4; ICMP is often filtered, and then a good path looks bad. Fewer labels do
/// not cure a path that drops large packets: TCP cuts requests into segments anyway.
///
/// Wrong:
///
///     ping -M do -s 1472 metrics.example.net
///
/// Right:
///
///     curl -sS -o /dev/null -w "%{http_code}" --data-binary @large.sz https://metrics.example.net/api/v1/write
struct PathMTU: StatementRule {
  let facts = RuleFacts("GW456", .warning, why: "The wrong thing is found, and the wrong thing is changed.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.hasPrefix("ping"), statement.contains(" -M ") else { return nil }
    return (
      "this holds on Linux and over IPv4 only", "-M do",
      "compare a small and a large request to the endpoint; cure a path with the interface's MTU or by clamping the MSS"
    )
  }
}
