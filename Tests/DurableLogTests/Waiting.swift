import Testing

/// Polls until the condition holds; after a minute that is an issue.
func waitUntil(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while !holds() {
    guard ContinuousClock.now < deadline else {
      Issue.record("waited in vain: \(what)", sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(1))
  }
}
