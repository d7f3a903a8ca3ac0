import Agent
import ArgumentParser
import CMemory
import Foundation

struct Godwit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "godwit",
    abstract: "Prometheus Remote Write without losing a sample: an agent, a strict receiver, a workbench, a demo.",
    discussion: """
      Flags alone are those of `godwit agent`, so that a unit file of Prometheus in agent mode works with its program's \
      name changed.

      Examples:
        godwit demo
        godwit agent --config.file=prometheus.yml
        godwit check prometheus.yml
        godwit advise .
        godwit log show --storage.agent.path /var/lib/godwit
      """,
    version: version,
    subcommands: [
      AgentCommand.self, ReceiveCommand.self, DemoCommand.self, CheckCommand.self, GenerateCommand.self,
      RelabelCommand.self, AdviseCommand.self, LogCommand.self, BenchCommand.self, CompletionsCommand.self,
      ManCommand.self,
    ])

  static let version = "godwit \(BuildInformation.version)"
}

@main
enum Program {
  /// Heaps for all threads together. Few bytes are allocated for a sample, so threads seldom meet; with a heap for each
  /// of a dozen threads, an eighth of the memory was free blocks that no other thread could use.
  private static let heaps: Int32 = 2
  /// What is larger than most pages of targets, and smaller than the tables of many series.
  private static let returnedBlockBytes = 1 << 20

  static func main() async {
    godwit_memory_share_heaps(heaps)
    godwit_memory_return_blocks(returnedBlockBytes)
    let arguments = Self.arguments(Array(CommandLine.arguments.dropFirst()))
    do {
      guard arguments.first == AgentCommand.configuration.commandName else {
        var command = try Godwit.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        return
      }
      let reference = try ReferenceArguments(Array(arguments.dropFirst()))
      let command = try Godwit.parseAsRoot(["agent"] + reference.rest)
      if let command = command as? AgentCommand {
        try await command.run(reference)
      } else {
        var command = command
        try command.run()
      }
    } catch let refusal as ReferenceArguments.Refusal {
      FileHandle.standardError.write(Data("Error parsing command line arguments: \(refusal)\n".utf8))
      Foundation.exit(refusal.exitCode)
    } catch {
      // What is asked with a flag that is not there cannot be done: 2, as Prometheus ends.
      guard Godwit.exitCode(for: error) == .validationFailure else { Godwit.exit(withError: error) }
      FileHandle.standardError.write(Data("\(Godwit.fullMessage(for: error))\n".utf8))
      Foundation.exit(2)
    }
  }

  /// A unit file that only has its program's name changed names no subcommand: flags alone are those of the agent.
  static func arguments(_ arguments: [String]) -> [String] {
    guard let first = arguments.first, first.hasPrefix("--") else { return arguments }
    let own: Set = ["--help", "--help-hidden", "--version", "--generate-completion-script", "--experimental-dump-help"]
    let name = String(first.prefix { $0 != "=" })
    if name == "--help-long" || name == "--help-man" { return ["agent", "--help"] }
    return own.contains(name) ? arguments : ["agent"] + arguments
  }
}
