/// Words that were a comment once
///
/// The mark before them got lost on the way from a web page, and the program does not parse.
///
/// Wrong:
///
///     import time
///     Send everything
///
/// Right:
///
///     import time
///     # Send everything
struct LostCommentMark: StatementRule {
  let facts = RuleFacts("GW460", .warning, why: "The program does not start.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains(#/^[A-Z][a-z]+(?: [A-Za-z]+)+$/#) else { return nil }
    return ("this is no statement", "words alone", "put the comment mark back before it")
  }
}
