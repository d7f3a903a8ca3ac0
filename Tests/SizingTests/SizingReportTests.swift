import Diagnostics
import Settings
import Testing

@testable import Sizing

@Suite("Sizing by goals")
struct SizingReportTests {
  private func report(_ change: (inout SizingRequest) -> Void) throws -> SizingReport {
    var request = SizingRequest()
    change(&request)
    return try SizingReport(request)
  }

  @Test("Every number says its formula and its inputs, with who says so")
  func formulas() throws {
    let report = try report {
      $0.goals.rate = 200_000
      $0.goals.latency = 0.12
      $0.goals.memory = 512 * 1_048_576
      $0.goals.outage = 4 * 3600
      $0.program = .prometheus
    }
    let figures = report.endpoints[0].proposal.derivations
    let names = Set(figures.map(\.name))
    #expect(
      names.isSuperset(of: [
        "max_shards", "min_shards", "capacity", "max_samples_per_send", "batch_send_deadline", "min_backoff",
        "max_backoff", "remote_timeout", "memory", "disk", "bandwidth", "throughput",
      ]))
    #expect(figures.allSatisfy { !$0.formula.isEmpty && !$0.inputs.isEmpty })
    let needed = try #require(figures.first { $0.name == "shards needed" })
    #expect(needed.quantity.value == 200_000 * 0.12 / 2000)
    #expect(needed.inputs.map(\.source) == ["--rate", "--latency", "max_samples_per_send"])
    let disk = try #require(figures.first { $0.name == "disk" })
    #expect(disk.quantity.value == 200_000 * 12 * 4 * 3600 * 1.125)
    #expect(report.findings.contains { $0.id == TuneFinding.outage.rawValue })
  }

  @Test("The reference's memory is shards × (capacity + batch) × bytes a sample")
  func referenceMemory() {
    var queue = SenderProgram.prometheus.defaults
    queue.maxShards = 3
    #expect(abs(MemoryBound(queue, program: .prometheus).bytes - 3 * 2_000_000) < 1)
  }

  @Test("Settings that suffice are kept, and then there is nothing to change")
  func enough() throws {
    let report = try report {
      $0.goals.rate = 20_000
      $0.goals.latency = 0.05
      $0.configuration = ("p.yml", "remote_write:\n- url: http://a/w\n  queue_config: {max_shards: 8}\n")
    }
    #expect(report.endpoints[0].changes.isEmpty)
    #expect(report.diff.isEmpty && report.answer.isOK())
  }

  @Test("A cap below the goal is raised by the diff, and the simulator shows why")
  func raised() throws {
    let report = try report {
      $0.goals.rate = 200_000
      $0.goals.latency = 0.5
      $0.configuration = ("p.yml", "remote_write:\n- url: http://a/w\n  queue_config: {max_shards: 8}\n")
    }
    #expect(report.diff.contains("max_shards: 60"))
    #expect(report.endpoints[0].trial.verdict == .cured)
  }

  @Test("A link that is too thin is an error that no setting hides")
  func thin() throws {
    let report = try report {
      $0.goals.rate = 100_000
      $0.goals.bandwidth = 1_000_000
    }
    #expect(report.findings.map(\.id) == [TuneFinding.impossible.rawValue])
    #expect(!report.answer.isOK())
  }

  @Test("Memory that cannot hold a shard is an error; one that can is kept to", arguments: [(1.0, false), (64, true)])
  func memory(_ mebibytes: Double, _ fits: Bool) throws {
    let report = try report {
      $0.goals.rate = 50_000
      $0.goals.latency = 0.2
      $0.goals.memory = mebibytes * 1_048_576
      $0.program = .prometheus
    }
    let bound = MemoryBound(report.endpoints[0].proposal.queue, program: .prometheus).bytes
    #expect((bound <= mebibytes * 1_048_576) == fits)
    #expect(report.answer.isOK() == fits)
  }

  @Test("Without a rate or a page it is said what is missing")
  func nothing() {
    #expect { try report { _ in } } throws: { "\($0)".contains("--rate") }
  }

  @Test("Two pages need to be told apart")
  func apart() throws {
    var request = try Situation(name: "healthy", cause: .healthy).request()
    request.apart = nil
    #expect { try SizingReport(request) } throws: { "\($0)".contains("--apart") }
  }

  @Test("Pages in the wrong order are noticed")
  func order() throws {
    var request = try Situation(name: "healthy", cause: .healthy).request()
    request.pages.reverse()
    #expect { try SizingReport(request) } throws: { "\($0)".contains("wrong order") }
  }

  @Test("A page that is none of a sender, or no page, is refused by name", arguments: ["up 1\n", "<html>", ""])
  func foreign(_ text: String) {
    #expect {
      try SizingReport(
        {
          var request = SizingRequest()
          request.pages = [try MetricsPage(name: "x.txt", body: Array(text.utf8))]
          return request
        }())
    } throws: { "\($0)".contains("x.txt") }
  }

  @Test("An endpoint that is not there is answered with those that are")
  func unknownEndpoint() throws {
    var request = try Situation(name: "healthy", cause: .healthy).request()
    request.endpoint = "nobody"
    #expect { try SizingReport(request) } throws: { "\($0)".contains("backend") }
  }

  @Test("A file that the process has not read is noticed")
  func notReloaded() throws {
    var request = try Situation(name: "healthy", cause: .healthy).request()
    let text = "remote_write:\n- {name: backend, url: http://a/w, queue_config: {max_shards: 9}}\n"
    request.configuration = ("p.yml", text)
    let report = try SizingReport(request)
    #expect(report.findings.contains { $0.id == TuneFinding.notReloaded.rawValue && $0.evidence.contains("9") })
  }

  @Test("What is meant to be dropped is no loss; what is not is an error")
  func lost() throws {
    let situation = Situation(name: "drop-rules", cause: .dropRules)
    #expect(try situation.report().answer.isOK())
    var request = try situation.request()
    let text = try situation.text("after.prom").replacing(
      "reason=\"damaged_record\"} 0", with: "reason=\"damaged_record\"} 600")
    request.pages[1] = try MetricsPage(name: "after.prom", body: Array(text.utf8))
    let report = try SizingReport(request)
    let finding = try #require(report.findings.first { $0.id == TuneFinding.lost.rawValue })
    #expect(finding.severity == .error && finding.evidence.contains("10 samples/s"))
  }

  @Test("An endpoint that takes nothing is down, whatever the settings are")
  func down() throws {
    let situation = Situation(name: "slow-endpoint", cause: .down)
    var request = try situation.request()
    // As many samples tried again as were sent: none was acknowledged.
    request.pages = try ["before.prom", "after.prom"].map { name in
      let counter = "prometheus_remote_storage_samples_total{remote_name=\"backend\""
      let text = try situation.text(name)
      let sent = try #require(text.split(separator: "\n").first { $0.hasPrefix(counter) })
      let lines = text.split(separator: "\n").map { line in
        line.hasPrefix("prometheus_remote_storage_samples_retried_total{")
          ? "\(sent)".replacing("samples_total", with: "samples_retried_total") : String(line)
      }
      return try MetricsPage(name: name, body: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
    let report = try SizingReport(request)
    #expect(report.endpoints[0].cause == .down)
    #expect(!report.answer.isOK())
  }

  @Test("The JSON of a report has its figures, changes, simulation and diff")
  func json() throws {
    let json = try Situation(name: "shard-cap", cause: .shardCap).report().answer.json()
    let words = [
      "\"cause\":\"cap on shards\"", "\"formula\"", "\"changes\"", "\"verdict\":\"cured\"", "\"diff\":\"---",
    ]
    for word in words {
      #expect(json.contains(word), "\(word)")
    }
  }

  @Test("The first thing to change is named in one sentence")
  func summary() throws {
    let summary = try Situation(name: "tiny-batches", cause: .tinyBatches).report().answer.summary
    #expect(summary.contains("change first max_samples_per_send 100 → 2000"), "\(summary)")
  }

  @Test(
    "Quantities are written for people",
    arguments: [
      (0.035, Quantity.Unit.seconds, "35 ms"), (90, .seconds, "90 s"), (14_400, .seconds, "4 h"),
      (50_000, .samplesPerSecond, "50,000 samples/s"), (0.5, .share, "50 %"), (1_572_864, .bytes, "1.5 MiB"),
      (2.4, .shards, "2.4 shards"), (1, .shards, "1 shard"), (0, .count, "0"), (.nan, .count, "?"),
      (1_048_575, .bytes, "1 MiB"), (0.00001, .count, "<0.001"), (-12.5, .count, "-12.5"),
    ])
  func quantities(_ value: Double, _ unit: Quantity.Unit, _ text: String) {
    #expect(Quantity(value, unit).text == text)
  }
}
