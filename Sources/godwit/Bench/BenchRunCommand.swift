import ArgumentParser
import Bench
import Foundation
import UnixSignals

/// `godwit bench run`: agents side by side.
struct BenchRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Start agents in turn and print what each costs.",
    discussion: """
      Each agent is started as a process with its defaults and a configuration written for it, in a directory of its \
      own that is removed afterwards. It warms up and is then measured for a window; agents alternate round by round, \
      and the table has the medians of the rounds. Targets and endpoint are played by this process.

      Workloads: \(Workload.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).

      Without --workload all of them are run, which takes some 70 minutes, each with the agents, \
      rounds and time that are given for it; --quick makes that a quarter. Some have a baseline, under which Godwit is \
      measured in the same rounds, to say what is special about them costs. Exits 1 when an agent that was started could \
      not be measured.

      Examples:
        godwit bench run --quick --agent godwit,prometheus
        godwit bench run --workload \(Workload.all.first?.name ?? "all") --rounds 3 --for 30s --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

  @Option(name: .customLong("agent"), help: "Agents, with commas: godwit, prometheus, vmagent.")
  var agents: String?

  @Option(name: .customLong("workload"), help: "Workloads, with commas; \"all\" for all.")
  var workloads = "all"

  @Option(help: "How often each agent is measured under each workload.")
  var rounds: Int?

  @Option(name: .customLong("for"), help: "How long each measurement takes, after warming up.")
  var duration: DurationArgument?

  @Flag(help: "One round, and a third of the time.")
  var quick = false

  @Option(help: "How the result is printed: text, json, markdown.")
  var format = Format.text

  @Option(help: "The godwit to measure. (default: this program)")
  var godwit: String?

  @Option(help: "The Prometheus to measure. (default: from PATH)")
  var prometheus: String?

  @Option(help: "The vmagent to measure. (default: from PATH)")
  var vmagent: String?

  func validate() throws {
    _ = try chosenWorkloads()
    _ = try chosenKinds()
    if let rounds, !(1...1000).contains(rounds) { throw ValidationError("--rounds is from 1 to 1000.") }
  }

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "godwit-bench-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let (workloads, contestants) = (try chosenWorkloads(), find(try chosenKinds()))
    let series = BenchSeries(
      course: BenchCourse(directory: directory), workloads: workloads, contestants: contestants,
      onlyDefaults: agents == nil)
    let work = Task { await series.run { note in FileHandle.standardError.write(Data("\(note)\n".utf8)) } }
    let signals = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
        work.cancel()
        break
      }
    }
    let outcome = await work.value
    signals.cancel()
    let text =
      switch format {
      case .json: JSONText.of(outcome.measurements) + "\n"
      case .markdown: BenchTable(outcome.measurements, workloads).markdown
      case .text: BenchTable(outcome.measurements, workloads).text
      }
    FileHandle.standardOutput.write(Data(text.utf8))
    if outcome.failures == 0 { try? FileManager.default.removeItem(at: directory) }
    if outcome.failures > 0 || outcome.measurements.isEmpty { throw ExitCode(1) }
  }

  private func chosenWorkloads() throws -> [Workload] {
    let names = workloads.split(separator: ",").map(String.init)
    var chosen: [Workload] = names == ["all"] ? Workload.all : []
    if chosen.isEmpty {
      for name in names {
        guard let workload = Workload.named(name) else {
          let known = Workload.all.map(\.name).joined(separator: ", ")
          throw ValidationError("There is no workload \(name); there are \(known).")
        }
        chosen.append(workload)
      }
    }
    return chosen.map { workload in
      var workload = quick ? workload.quick : workload
      if let rounds { workload.rounds = rounds }
      if let duration { workload.windowSeconds = max(1, Int(duration.duration / .seconds(1))) }
      return workload
    }
  }

  private func chosenKinds() throws -> [Contestant.Kind] {
    guard let agents else { return Contestant.Kind.allCases }
    return try agents.split(separator: ",").map { name in
      guard let kind = Contestant.Kind(rawValue: String(name)) else {
        throw ValidationError("There is no agent \(name); there are godwit, prometheus, vmagent.")
      }
      return kind
    }
  }

  private func find(_ kinds: [Contestant.Kind]) -> [Contestant] {
    kinds.compactMap { kind in
      let path =
        switch kind {
        case .godwit: godwit ?? Bundle.main.executablePath
        case .prometheus: prometheus
        case .vmagent: vmagent
        }
      if let contestant = Contestant.find(kind, path: path) { return contestant }
      FileHandle.standardError.write(Data("\(kind.rawValue) is left out: there is no such program\n".utf8))
      return nil
    }
  }
}
