import Diagnostics
import Testing

@testable import Sizing

@Suite("Twelve situations of a queue")
struct SituationTests {
  @Test("The cause is named, with its evidence in numbers", arguments: Situation.twelve)
  func cause(_ situation: Situation) throws {
    let report = try situation.report()
    for endpoint in report.endpoints {
      #expect(endpoint.cause == situation.cause, "\(endpoint.diagnosis?.evidence ?? [])")
      #expect(endpoint.diagnosis?.evidence.allSatisfy { $0.contains(where: \.isNumber) } == true)
    }
    let finding = try #require(report.findings.first { $0.id == situation.cause.finding.rawValue })
    #expect(!finding.evidence.isEmpty && !finding.fix.isEmpty)
    #expect(finding.line != nil)
  }

  @Test("No situation is taken for another one's", arguments: Situation.twelve)
  func noOther(_ situation: Situation) throws {
    let others = Set(Cause.allCases.filter { $0 != situation.cause }.map(\.finding.rawValue))
    let found = try situation.report().findings.map(\.id)
    #expect(found.allSatisfy { !others.contains($0) }, "\(found)")
  }

  @Test("Where a setting can cure it, the simulator shows that the proposal does", arguments: Situation.twelve)
  func cure(_ situation: Situation) throws {
    for endpoint in try situation.report().endpoints {
      if situation.cause.isCurable {
        #expect(!endpoint.changes.isEmpty)
        // Memory is not what the simulator shows: there the queue has to keep up with less of it.
        let expected: [QueueTrial.Verdict] = situation.cause == .manyEndpoints ? [.keepsUp] : [.cured]
        #expect(expected.contains(endpoint.trial.verdict), "\(endpoint.trial.sentences) \(endpoint.changes)")
      } else {
        #expect(endpoint.changes.isEmpty, "\(endpoint.changes)")
        #expect(endpoint.trial.proposed == nil)
      }
    }
  }

  @Test("Where none can, it is said what to do instead", arguments: Situation.twelve.filter { !$0.cause.isCurable })
  func instead(_ situation: Situation) throws {
    let report = try situation.report()
    #expect(report.diff.isEmpty)
    let verdict = report.endpoints.first?.trial.verdict
    let isHopeless = situation.cause == .bandwidth || situation.cause == .refused
    #expect(verdict == (isHopeless ? .notCured : .keepsUp), "\(report.endpoints.first?.trial.sentences ?? [])")
  }

  @Test("The queues of many endpoints fit into the memory that there is, and still keep up")
  func memory() throws {
    let situation = try #require(Situation.twelve.first { $0.cause == .manyEndpoints })
    let report = try situation.report()
    let bounds = report.endpoints.map { MemoryBound($0.proposal.queue, program: .prometheus).bytes }
    #expect(bounds.count == 6)
    #expect(bounds.reduce(0, +) <= 512 * 1024 * 1024)
  }

  @Test("Numbers scaled by a seed do not change the cause", arguments: 1...5)
  func scaled(_ seed: Int) throws {
    // Counters and backlog of a queue twice as large, and so on: what limits it is the same.
    var random = SeededRandom(seed: UInt64(seed))
    let factor = 0.5 + 2 * random.next()
    let situation = Situation(name: "slow-endpoint", cause: .slowEndpoint)
    let names = ["samples_total", "samples_in_total", "bytes_total", "duration_seconds_count", "duration_seconds_sum"]
    func scaled(_ text: String) -> String {
      text.split(separator: "\n").map { line in
        guard !line.hasPrefix("#"), names.contains(where: { line.contains($0) }),
          let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
        else { return String(line) }
        return "\(line[..<space]) \(value * factor)"
      }.joined(separator: "\n") + "\n"
    }
    var request = try situation.request()
    request.pages = try ["before.prom", "after.prom"].map {
      try MetricsPage(name: $0, body: Array(scaled(situation.text($0)).utf8))
    }
    let report = try SizingReport(request)
    #expect(report.endpoints[0].cause == .slowEndpoint, "seed \(seed), factor \(factor)")
  }
}
