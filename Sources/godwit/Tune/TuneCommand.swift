public import ArgumentParser
import Diagnostics
import Foundation
import Settings
public import Sizing

extension SenderProgram: ExpressibleByArgument {}

/// `godwit tune`: what limits a queue now, and how it should be sized.
struct TuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "Say what limits a remote write queue and how to size it, with the arithmetic.",
    discussion: """
      From goals alone, or from a sender that runs, Godwit, Prometheus or vmagent: two pages of its metrics say what \
      happens now, one only the average over its life.

      What is said of an endpoint: the cause with its evidence, each setting with its formula and inputs, the change of \
      the file as a diff, and what a simulator makes of today's and the proposed settings. docs/tuning.md explains all \
      of it.

      Examples:
        godwit tune --rate 50000 --latency 200ms --outage 4h
        godwit tune --url http://localhost:9090/metrics --watch 30s --config.file prometheus.yml
        godwit tune --metrics before.txt --metrics after.txt --apart 60s --config.file prometheus.yml

      \(AnswerFlags.exits)
      """)

  @OptionGroup var pages: TunePages
  @OptionGroup var goals: TuneGoals
  @OptionGroup var answers: AnswerFlags

  @Option(name: .customLong("config.file"), help: "Configuration of the sender; its queue_config is what is changed.")
  var configFile: String?

  @Option(help: "Size this endpoint only, by its name.")
  var endpoint: String?

  @Option(name: .customLong("for"), help: "Which program sends: godwit, prometheus, vmagent. Taken from the page else.")
  var program: SenderProgram?

  @Option(help: "Write a plot of the simulated queue, of the first endpoint, to this SVG file.")
  var plot: String?

  @Option(help: "Seed of the simulator: the same seed gives the same course.")
  var seed: UInt64 = 1

  @Flag(help: "Write the proposed settings into --config.file; comments and layout stay.")
  var write = false

  func validate() throws {
    if write && configFile == nil { throw ValidationError("--write needs --config.file, which it changes.") }
  }

  func run() async throws {
    let report = try await Self.attempt {
      let report = try SizingReport(try await request())
      if let plot, let first = report.endpoints.first {
        let title = first.name.isEmpty ? "remote write queue" : "remote write queue of \(first.name)"
        let picture = QueuePlot(title: title, today: first.trial.today, proposed: first.trial.proposed)
        try LocalFile.write(picture.svg, to: plot)
      }
      if write, let configFile, let text = report.editedText { try LocalFile.write(text, to: configFile) }
      return report
    }
    try answers.give(report.answer) { TuneView(paint: $0).lines(of: report) }
  }

  private func request() async throws -> SizingRequest {
    var request = SizingRequest()
    request.goals = goals.goals
    request.program = program
    request.endpoint = endpoint
    request.seed = seed
    if let configFile { request.configuration = (configFile, try LocalFile.text(at: configFile)) }
    let taken = try await pages.taken()
    (request.pages, request.apart, request.takenAt) = (taken.pages, taken.apart, taken.at)
    return request
  }
}

/// What the sender is to achieve, and what it may use.
struct TuneGoals: ParsableArguments {
  @Option(help: "Samples a second that are to be sent; 200k and 1.5M are understood.")
  var rate: CountArgument?

  @Option(help: "How long the endpoint takes to answer a request.")
  var latency: DurationArgument?

  @Option(help: "What the link to the endpoint carries: bits a second as 5Mbit, or bytes as 600KB.")
  var bandwidth: BandwidthArgument?

  @Option(help: "Memory that all queues together may take.")
  var memory: SizeArgument?

  @Option(help: "How long an outage may last without loss.")
  var outage: DurationArgument?

  @Option(help: "Samples a second that the endpoint lets in.")
  var limit: CountArgument?

  @Option(help: "Cores that the sender may use.")
  var cores: Double?

  func validate() throws {
    if let rate, rate.number <= 0 { throw ValidationError("--rate is above 0.") }
    if let latency, latency.duration <= .zero { throw ValidationError("--latency is above 0.") }
    if let cores, !(cores > 0) { throw ValidationError("--cores is above 0.") }
    if let limit, limit.number <= 0 { throw ValidationError("--limit is above 0.") }
  }

  var goals: SizingGoals {
    var goals = SizingGoals()
    goals.rate = rate?.number
    goals.latency = latency?.duration.seconds
    goals.bandwidth = bandwidth?.bytesPerSecond
    goals.memory = memory.map { Double($0.bytes) }
    goals.outage = outage?.duration.seconds
    goals.limit = limit?.number
    goals.cores = cores
    return goals
  }
}

/// A count as people write it: `50000`, `200k`, `1.5M`.
struct CountArgument: ExpressibleByArgument {
  var number: Double

  init?(argument: String) {
    let scales: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]
    let scale = argument.last.flatMap { scales[$0] }
    let digits = scale == nil ? Substring(argument) : argument.dropLast()
    guard let number = Double(digits), number.isFinite, number >= 0, number <= 1e12 else { return nil }
    self.number = number * (scale ?? 1)
  }
}

/// A bandwidth: `5Mbit`, `1Gbit`, or bytes a second as a size.
struct BandwidthArgument: ExpressibleByArgument {
  var bytesPerSecond: Double

  init?(argument: String) {
    let text = argument.lowercased().replacing("/s", with: "")
    guard text.hasSuffix("bit") else {
      guard let size = SizeArgument(argument: text), size.bytes > 0 else { return nil }
      bytesPerSecond = Double(size.bytes)
      return
    }
    let count = String(text.dropLast(3)).replacing("m", with: "M").replacing("g", with: "G")
    guard let count = CountArgument(argument: count), count.number > 0 else { return nil }
    bytesPerSecond = count.number / 8
  }
}
