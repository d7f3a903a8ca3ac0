import Foundation
import Testing

@testable import Sizing

/// Two pages a minute apart and the configuration of the process, as a folder of Fixtures has them.
struct Situation: CustomTestStringConvertible, Sendable {
  var name: String
  var cause: Cause
  var goals = SizingGoals()

  var testDescription: String { name }

  static let twelve: [Situation] = [
    Situation(name: "slow-endpoint", cause: .slowEndpoint),
    Situation(name: "shard-cap", cause: .shardCap),
    Situation(name: "throttled", cause: .throttled),
    Situation(name: "tiny-batches", cause: .tinyBatches),
    Situation(name: "bandwidth-bound", cause: .bandwidth, goals: .with { $0.bandwidth = 1_048_576 }),
    Situation(name: "burst", cause: .burst),
    Situation(name: "cold-start", cause: .coldStart),
    Situation(name: "many-endpoints", cause: .manyEndpoints, goals: .with { $0.memory = 536_870_912 }),
    Situation(name: "drop-rules", cause: .dropRules),
    Situation(name: "idle", cause: .idle),
    Situation(name: "refused", cause: .refused),
    Situation(name: "healthy", cause: .healthy),
  ]

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  func text(_ file: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name).appending(path: file), encoding: .utf8)
  }

  func page(_ file: String) throws -> MetricsPage { try MetricsPage(name: file, body: Array(text(file).utf8)) }

  func request() throws -> SizingRequest {
    var request = SizingRequest()
    request.goals = goals
    request.pages = [try page("before.prom"), try page("after.prom")]
    request.apart = 60
    request.configuration = ("prometheus.yml", try text("prometheus.yml"))
    return request
  }

  func report() throws -> SizingReport { try SizingReport(request()) }
}

extension SizingGoals {
  static func with(_ change: (inout SizingGoals) -> Void) -> SizingGoals {
    var goals = SizingGoals()
    change(&goals)
    return goals
  }
}
