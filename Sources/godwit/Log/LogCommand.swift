import ArgumentParser
import Diagnostics
import Foundation
import LogReview

/// `godwit log`: what is in the log and the quarantine, for each endpoint, and whether it is whole.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show what is in the log and the quarantine, and whether it is whole.",
    discussion: """
      Works beside a running agent and on a log that nobody has open. Only drop and resend change anything, and only \
      the quarantine.

      Exits 0 when nothing is worse than a warning, 1 when an error was found, 2 when it could not do what was asked.
      """,
    subcommands: [LogShow.self, LogVerify.self, LogQuarantine.self, LogDrop.self, LogResend.self],
    defaultSubcommand: LogShow.self)
}

/// What all of them take.
struct LogFlags: ParsableArguments {
  @Option(name: .customLong("storage.agent.path"), help: "Directory of the log.")
  var storagePath = "data-agent/"

  @Option(help: "How to answer: text, json.")
  var format: AnswerFormat = .text

  /// Without the slash at the end, as the agent names it.
  var directory: String {
    var path = storagePath
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Writes the answer and ends with its code.
  func give(_ answer: Answer, _ lines: (Paint) -> [String]) throws {
    let screen = Screen()
    switch format {
    case .json: screen.write(line: answer.json())
    case .text:
      for line in lines(screen.paint) { screen.write(line: line) }
      for line in AnswerView(paint: screen.paint).lines(of: answer) { screen.write(line: line) }
    }
    let code = answer.exitCode()
    if code != 0 { throw ExitCode(code) }
  }

  /// Does what was asked, or says why it cannot be done and ends with 2.
  static func attempt<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch {
      FileHandle.standardError.write(Data("godwit log: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }
}

/// `--format`
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

struct LogShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What waits for each endpoint, and whether the balance holds. Reads headers only.")

  @OptionGroup var flags: LogFlags

  @Option(help: "Show this endpoint only.")
  var endpoint: String?

  func run() async throws {
    let report = try await LogFlags.attempt { try LogReview(directory: flags.directory, endpoint: endpoint).report() }
    try flags.give(report.answer) { LogView(paint: $0).lines(of: report) }
  }
}

struct LogVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "The same, after every checksum was checked and every record decoded.")

  @OptionGroup var flags: LogFlags

  @Option(help: "Show this endpoint only; everything is read all the same.")
  var endpoint: String?

  func run() async throws {
    var progress = ProgressLine()
    let report = try await LogFlags.attempt {
      try LogReview(directory: flags.directory, endpoint: endpoint).verify { progress.show($0, of: $1) }
    }
    progress.finish()
    try flags.give(report.answer) { LogView(paint: $0).lines(of: report) }
  }
}

struct LogQuarantine: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "The requests that endpoints refused for good, with their words.")

  @OptionGroup var flags: LogFlags

  @Option(help: "List the quarantine of this endpoint only.")
  var endpoint: String?

  func run() async throws {
    let listing = try await LogFlags.attempt {
      QuarantineListing(
        directory: flags.directory, quarantines: try QuarantineReport.all(in: flags.directory, endpoint: endpoint))
    }
    try flags.give(listing.answer) { QuarantineView(paint: $0).lines(of: listing.quarantines) }
  }
}

struct LogDrop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Remove refused requests from the quarantine.",
    discussion: """
      Without --yes nothing is removed: it shows what would be, and exits 0. What is removed is gone for good; the \
      samples stay counted as refused.
      """)

  @OptionGroup var flags: LogFlags

  @Option(help: "The endpoint that refused them.")
  var endpoint: String

  @Option(help: "Remove this file only, by its name.")
  var file: String?

  @Flag(help: "Remove them.")
  var yes = false

  func run() async throws {
    let drop = try await LogFlags.attempt {
      try QuarantineDrop(directory: flags.directory, endpoint: endpoint, file: file, removes: yes)
    }
    try flags.give(drop.answer) { QuarantineView(paint: $0).table(of: drop.entries) }
  }
}
