/// Everything is tried again, refusals too
///
/// A 4xx other than 429 says that the same request will be refused for ever. Trying it again delays what could be
/// sent.
///
/// Wrong:
///
///     import time
///     try: client.write(series)
///     except Exception: time.sleep(1)
///
/// Right:
///
///     import time
///     try: client.write(series)
///     except (ConnectionError, TooManyRequests, ServerError): time.sleep(1)
struct RetryOfEverything: StatementRule {
  let facts = RuleFacts("GW459", .warning, why: "A request that is refused for good holds up all behind it.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    guard statement.contains(#/^except(?:\s+(?:Base)?Exception(?:\s+as\s+\w+)?)?\s*:/#) else { return nil }
    return (
      "every failure is caught alike", "a request that is refused with 400 will be refused again",
      "try again after 5xx, 429 and what happens on the way only; log and drop the rest"
    )
  }
}
