import ArgumentParser
import Diagnostics
import LogReview

/// `godwit log`: what is in the log and the quarantine, for each endpoint, and whether it is whole.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show what is in the log and the quarantine, and whether it is whole.",
    discussion: """
      Works beside a running agent and on a log that nobody has open. Only drop and resend change anything, and only \
      the quarantine.

      \(AnswerFlags.exits)

      Examples:
        godwit log --storage.agent.path /var/lib/godwit
        godwit log verify --storage.agent.path /var/lib/godwit
        godwit log quarantine --storage.agent.path /var/lib/godwit --format json
      """,
    subcommands: [LogShow.self, LogVerify.self, LogQuarantine.self, LogDrop.self, LogResend.self],
    defaultSubcommand: LogShow.self)
}

/// What all of them take.
struct LogFlags: ParsableArguments {
  @Option(name: .customLong("storage.agent.path"), help: "Directory of the log.", completion: .directory)
  var storagePath = "data-agent/"

  /// Without the slash at the end, as the agent names it.
  var directory: String {
    var path = storagePath
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

struct LogShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What waits for each endpoint, and whether the balance holds. Reads headers only.",
    discussion: """
      For each endpoint: what waits and since when, what was acknowledged, refused, dropped, expired and damaged, and \
      whether that adds up to what was taken.

      \(AnswerFlags.exits)

      Examples:
        godwit log show --storage.agent.path /var/lib/godwit
        godwit log show --endpoint mimir --format json
      """)

  @OptionGroup var flags: LogFlags
  @OptionGroup var answers: AnswerFlags

  @Option(help: "Show this endpoint only.")
  var endpoint: String?

  func run() async throws {
    let report = try await Self.attempt { try LogReview(directory: flags.directory, endpoint: endpoint).report() }
    try answers.give(report.answer) { LogView(paint: $0).lines(of: report) }
  }
}

struct LogVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "The same as show, after every checksum was checked and every record decoded.",
    discussion: """
      Reads the whole log and changes nothing. An error is found where a record is damaged or missing; its samples are \
      counted.

      \(AnswerFlags.exits)

      Examples:
        godwit log verify --storage.agent.path /var/lib/godwit
        godwit log verify --strict --format json
      """)

  @OptionGroup var flags: LogFlags
  @OptionGroup var answers: AnswerFlags

  @Option(help: "Show this endpoint only; everything is read all the same.")
  var endpoint: String?

  func run() async throws {
    var progress = ProgressLine()
    let report = try await Self.attempt {
      try LogReview(directory: flags.directory, endpoint: endpoint).verify { progress.show($0, of: $1) }
    }
    progress.finish()
    try answers.give(report.answer) { LogView(paint: $0).lines(of: report) }
  }
}

struct LogQuarantine: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "The requests that endpoints refused for good, with their words.",
    discussion: """
      For each request its file, when it was refused, with which status and words, how many samples it holds, and the \
      names of some series.

      \(AnswerFlags.exits)

      Examples:
        godwit log quarantine --storage.agent.path /var/lib/godwit
        godwit log quarantine --endpoint mimir
      """)

  @OptionGroup var flags: LogFlags
  @OptionGroup var answers: AnswerFlags

  @Option(help: "List the quarantine of this endpoint only.")
  var endpoint: String?

  func run() async throws {
    let listing = try await Self.attempt {
      QuarantineListing(
        directory: flags.directory, quarantines: try QuarantineReport.all(in: flags.directory, endpoint: endpoint))
    }
    try answers.give(listing.answer) { QuarantineView(paint: $0).lines(of: listing.quarantines) }
  }
}

struct LogDrop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Remove refused requests from the quarantine.",
    discussion: """
      Without --yes nothing is removed: it shows what would be, and exits 0. What is removed is gone for good; the \
      samples stay counted as refused.

      \(AnswerFlags.exits)

      Examples:
        godwit log drop --endpoint mimir
        godwit log drop --endpoint mimir --yes --storage.agent.path /var/lib/godwit
      """)

  @OptionGroup var flags: LogFlags
  @OptionGroup var answers: AnswerFlags

  @Option(help: "The endpoint that refused them.")
  var endpoint: String

  @Option(help: "Remove this file only, by its name.")
  var file: String?

  @Flag(help: "Remove them.")
  var yes = false

  func run() async throws {
    let drop = try await Self.attempt {
      try QuarantineDrop(directory: flags.directory, endpoint: endpoint, file: file, removes: yes)
    }
    try answers.give(drop.answer) { QuarantineView(paint: $0).table(of: drop.entries) }
  }
}
