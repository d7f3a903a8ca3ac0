import ArgumentParser
import Diagnostics
import Foundation

/// `--format`
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// How a verb of the workbench answers: the answer on standard output, the exit status by what was found.
struct AnswerFlags: ParsableArguments {
  /// The last lines of every verb's help.
  static let exits = """
    Exits 0 when nothing is worse than a warning, 1 when an error was found, 2 when it could not do what was asked.
    """

  @Option(help: "How to answer: text, json.")
  var format: AnswerFormat = .text

  @Flag(help: "End with 1 for a warning too.")
  var strict = false

  /// Writes the answer, for people below `lines`, and ends with its code.
  func give(_ answer: Answer, _ lines: (Paint) -> [String] = { _ in [] }) throws {
    let screen = Screen()
    switch format {
    case .json:
      answer.json(isStrict: strict) { try? FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) }
      screen.write(line: "")
    case .text:
      for line in lines(screen.paint) { screen.write(line: line) }
      for line in AnswerView(paint: screen.paint).lines(of: answer) { screen.write(line: line) }
    }
    try end(answer)
  }

  /// The same where the answer is a file that somebody will want to keep: as text, `data` alone goes to standard output,
  /// and all else to standard error.
  func giveBeside(_ answer: Answer, data: String, _ lines: (Paint) -> [String]) throws {
    guard format == .text else { return try give(answer) }
    FileHandle.standardOutput.write(Data(data.utf8))
    let paint = Paint(isColoured: false)
    let words = [""] + lines(paint) + AnswerView(paint: paint).lines(of: answer)
    FileHandle.standardError.write(Data((words.joined(separator: "\n") + "\n").utf8))
    try end(answer)
  }

  private func end(_ answer: Answer) throws {
    let code = answer.exitCode(isStrict: strict)
    if code != 0 { throw ExitCode(code) }
  }
}

extension ParsableCommand {
  /// Does what was asked, or says why it cannot be done and ends with 2.
  static func attempt<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch let exit as ExitCode {
      throw exit
    } catch {
      FileHandle.standardError.write(Data("godwit: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }
}
