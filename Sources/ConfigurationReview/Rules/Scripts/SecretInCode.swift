/// A token in the source
///
/// It goes wherever the source goes, and stays in its history.
///
/// Wrong:
///
///     import metrics
///     client = Client(headers={"Authorization": "Bearer abcdef"})
///
/// Right:
///
///     import metrics, os
///     client = Client(headers={"Authorization": "Bearer " + os.environ["TOKEN"]})
struct SecretInCode: StatementRule {
  let facts = RuleFacts("GW457", .warning, why: "Whoever can read the source can write as this program.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard let match = statement.firstMatch(of: #/(?:Bearer|Basic) ([A-Za-z0-9._~+\/=-]+)["']/#), !match.1.isEmpty else {
      return nil
    }
    return (
      "a credential stands in the source", "one of \(match.1.count) characters",
      "read it from a file or the environment, and have this one revoked"
    )
  }
}
