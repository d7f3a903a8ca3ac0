/// An operator that got lost on the way from a web page
///
/// `2 ** attempt` has become `2 attempt`, which does not parse. What was meant is exponential backoff; it wants
/// jitter too, so that senders do not come back all at once, and has to heed Retry-After.
///
/// Wrong:
///
///     import time
///     time.sleep(2 attempt)
///
/// Right:
///
///     import time, random
///     time.sleep(min(60, 2 ** attempt) * random.random())
struct LostOperator: StatementRule {
  let facts = RuleFacts("GW458", .warning, why: "The program does not start.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains(#/\(\s*\d+ [A-Za-z_]\w*\s*\)/#) else { return nil }
    return (
      "an operator is missing between a number and a name", "what is written does not parse",
      "write the power, with jitter and a bound: min(60, 2 ** attempt) * random.random(), and heed Retry-After"
    )
  }
}
