import Diagnostics
import Testing

@testable import Sizing

/// Pages that Prometheus 2.42 wrote: agent mode, 10,000 series every 2 s, a receiver that answers after a second.
@Suite("A page of Prometheus 2.42")
struct RealPageTests {
  private let situation = Situation(name: "prometheus-2.42", cause: .slowEndpoint)

  @Test("The slow receiver is found, with the rates that it had")
  func slow() throws {
    let report = try situation.report()
    #expect(report.program == .prometheus)
    #expect(report.version == "2.42.0+ds")
    let endpoint = try #require(report.endpoints.first)
    let reading = try #require(endpoint.reading)
    #expect(endpoint.cause == .slowEndpoint)
    // 10,005 series every 2 s, three requests of 500 under way, each for a second.
    #expect(abs((reading.inRate ?? 0) - 5000) < 200)
    #expect(abs(reading.acknowledgedRate - 1500) < 100)
    #expect(abs((reading.latency ?? 0) - 1) < 0.05)
    // The gauge of samples pending stands at what three shards hold; the log has many times as much.
    #expect(reading.pending < 11_000 && reading.backlog > 300_000)
    #expect((reading.busy ?? 0) > 0.9)
    #expect(endpoint.trial.verdict == .cured, "\(endpoint.trial.sentences)")
  }

  @Test("One page alone says the same with less certainty, and asks for two")
  func one() throws {
    var request = try situation.request()
    request.pages = [try situation.page("after.prom")]
    let report = try SizingReport(request)
    let diagnosis = try #require(report.endpoints.first?.diagnosis)
    #expect(diagnosis.cause == .slowEndpoint)
    #expect(diagnosis.confidence < 0.7)
    #expect(report.answer.next.contains { $0.command.contains("--watch") })
  }

  @Test("The comments of the file stay, only the values change")
  func diff() throws {
    let report = try situation.report()
    let edited = try #require(report.editedText)
    #expect(edited.contains("   # as a guide has it"))
    for line in ["-    max_samples_per_send: 500\n", "+    max_samples_per_send: 2000\n"] {
      #expect(report.diff.contains(line))
    }
    let before = try situation.text("prometheus.yml").split(separator: "\n", omittingEmptySubsequences: false)
    let after = edited.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(before.count == after.count)
  }
}

/// Pages that vmagent 1.79 wrote: 10,000 series every 2 s, one worker, a receiver that answers after a second.
@Suite("A page of vmagent")
struct VmagentPageTests {
  private func request() throws -> SizingRequest {
    let situation = Situation(name: "vmagent-1.79", cause: .healthy)
    var request = SizingRequest()
    request.pages = [try situation.page("before.prom"), try situation.page("after.prom")]
    request.apart = 20
    return request
  }

  @Test("Its blocks and bytes are read as samples")
  func read() throws {
    let report = try SizingReport(request())
    #expect(report.program == .vmagent)
    let endpoint = try #require(report.endpoints.first)
    let reading = try #require(endpoint.reading)
    #expect(abs((reading.inRate ?? 0) - 5000) < 200)
    #expect(abs((reading.latency ?? 0) - 1) < 0.05)
    #expect(reading.shards == 1)
    #expect(endpoint.cause == .healthy)
  }

  @Test("Where it takes more workers, its flags say so")
  func flags() throws {
    var request = try request()
    request.goals.rate = 50_000
    let report = try SizingReport(request)
    #expect(report.answer.next.contains { $0.command.contains("-remoteWrite.queues=") })
    #expect(report.endpoints.first?.trial.verdict == .cured)
  }
}
