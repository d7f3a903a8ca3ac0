import AgentConfiguration

/// An external label that changes at every start
///
/// External labels are on every series. One that is another at every start, or in every pod of a deployment, makes all
/// series new each time: the backend stores and bills as many again, and graphs and alerts lose the thread.
///
/// Wrong:
///
///     global:
///       external_labels:
///         boot_id: 0b7e1c1e-6f7f-4f0e-9f0a-2f9c6f2b8a11
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         host: edge-17
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct ChangingExternalLabel: ReviewRule {
  let facts = RuleFacts("GW278", .warning, why: "Each new value makes all series new: storage, cost and broken graphs.")

  private static let names: Set<String> = [
    "timestamp", "time", "start_time", "started_at", "deploy_time", "build_time", "date", "uuid", "guid", "boot_id",
    "run_id", "session_id", "request_id", "trace_id", "pid", "process_id", "container_id", "commit", "git_sha",
    "git_commit",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.externalLabels.compactMap { label in
      let seen: String
      if Self.names.contains(label.name.lowercased()) {
        seen = "the name says so"
      } else if let shape = ChangingValue.shape(of: label.value) {
        seen = "its value is \(shape)"
      } else {
        return nil
      }
      return Advice(
        label.field.key.place, "the external label \(label.name) changes more often than where the series come from",
        evidence: seen, fix: "remove it, or put it on one info metric of its own", confidence: 0.8)
    }
  }
}

/// Values that are made anew for every process.
enum ChangingValue {
  /// What the value looks like; nil where it may stay.
  static func shape(of value: String) -> String? {
    if isUUID(value) { return "a UUID" }
    if value.count == 10 || value.count == 13, value.hasPrefix("1"), value.allSatisfy({ $0.isASCII && $0.isNumber }) {
      return "a time in seconds or milliseconds"
    }
    if isInstant(value) { return "a time" }
    if isPodOfDeployment(value) { return "the name of a deployment's pod" }
    return nil
  }

  private static func isUUID(_ value: String) -> Bool {
    let parts = value.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12] && value.allSatisfy { $0 == "-" || $0.isHexDigit }
  }

  /// `2026-11-01T10:00:00…`
  private static func isInstant(_ value: String) -> Bool {
    let shape = "dddd-dd-ddTdd:dd"
    return value.count >= shape.count
      && zip(value, shape).allSatisfy { character, wanted in
        wanted == "d" ? character.isASCII && character.isNumber : character == wanted
      }
  }

  /// `name-7d9f8b6c5d-x2x7k`: both ends are of the letters and digits that Kubernetes draws from.
  private static func isPodOfDeployment(_ value: String) -> Bool {
    let drawn = Set("bcdfghjklmnpqrstvwxz2456789")
    let parts = value.split(separator: "-")
    guard parts.count >= 3, let last = parts.last, last.count == 5, last.allSatisfy(drawn.contains) else {
      return false
    }
    let set = parts[parts.count - 2]
    return (8...10).contains(set.count) && set.allSatisfy(drawn.contains) && set.contains(where: \.isNumber)
  }
}
