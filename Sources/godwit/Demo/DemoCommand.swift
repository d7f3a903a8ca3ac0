import ArgumentParser
import Foundation
import Logging
import Synchronization
import Telemetry
import UnixSignals

/// `godwit demo`: the whole way of a sample on this machine, and the proof that none was lost.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Show all of it on this machine.",
    discussion: """
      Starts a receiver and an agent on loopback, has the agent scrape itself, the receiver and, where a node exporter \
      is installed, this machine, and shows what happens. Nothing is left behind.

      Exits 0 when every sample that was taken is at the receiver exactly once, 1 when not, 2 when it cannot begin.

      Examples:
        godwit demo
        godwit demo --rw1 --for 20s
      """)

  @Flag(help: "Send Remote Write 1.0 instead of 2.0.")
  var rw1 = false

  @Option(
    name: .customLong("for"), help: "End by itself after this time. (default: 1m without a terminal, else never)")
  var duration: DurationArgument?

  func run() async throws {
    let screen = Screen()
    let board = NoticeBoard()
    let logger = screen.isTerminal ? board.logger : makeLogger(level: .warn)
    let limit = duration?.duration ?? (screen.isTerminal ? nil : .seconds(60))
    // A reader that goes away shall not take the demo down before it has cleaned up; writing then says so.
    signal(SIGPIPE, SIG_IGN)
    let report: DemoReport
    do throws(DemoError) {
      let stage = try await DemoStage.open(isVersion1: rw1, logger: logger)
      report = try await DemoPerformance(stage: stage, board: board, limit: limit).run(on: screen)
    } catch {
      FileHandle.standardError.write(Data("godwit demo: \(error)\n".utf8))
      throw ExitCode(2)
    }
    if screen.isTerminal { screen.write(line: "") }
    for line in DemoView(width: screen.size.columns, paint: screen.paint).balance(report) { screen.write(line: line) }
    if !report.flaws.isEmpty { throw ExitCode(1) }
  }
}
