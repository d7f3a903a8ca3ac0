public import ArgumentParser
import Diagnostics
public import Observability

extension InstrumentationLanguage: ExpressibleByArgument {}
extension WatchedProgram: ExpressibleByArgument {}

struct GenerateInstrumentation: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instrumentation", abstract: "A small program that runs and has sound metrics.",
    discussion: """
      Requests by method, route template and status, failures with successes; a histogram in seconds; what is in \
      flight; what was built; and no label that grows with users or ids. It serves /metrics, or with --push sends to a remote \
      write endpoint, best to an agent beside it, which keeps what it took and is started with \
      --web.enable-remote-write-receiver.

      Examples:
        godwit generate instrumentation --language python > app.py
        godwit generate instrumentation --language go --out app/
        godwit generate instrumentation --language swift --push --out app/

      How to run it is in its first lines. Exits 0, or 2 when a file cannot be written.
      """)

  @Option(help: "python, go, javascript, java, swift.")
  var language: InstrumentationLanguage

  @Flag(help: "Send to a remote write endpoint instead of serving /metrics.")
  var push = false

  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let program = InstrumentedProgram(language: language, delivery: push ? .push : .page)
      let folder = output.folder.map { "cd \($0) && " } ?? ""
      let run = program.runCommand.replacing(program.file.name, with: output.name(ofFirst: program.file.name))
      var next = [
        Answer.Step(command: folder + run, why: "it listens on 127.0.0.1:8080; PORT changes it")
      ]
      if !program.installCommand.isEmpty {
        next.insert(Answer.Step(command: program.installCommand, why: "the libraries it uses"), at: 0)
      }
      try output.give(
        GeneratedFiles(
          [program.file],
          summary: "\(program.file.name) in \(language.title), which "
            + (push ? "pushes its metrics." : "serves its metrics on /metrics."), next: next))
    }
  }
}
