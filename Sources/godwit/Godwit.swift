import Agent
import ArgumentParser

@main
struct Godwit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "godwit",
    abstract: "Prometheus Remote Write without losing a sample: an agent, a strict receiver, a demo.",
    version: "godwit \(BuildInformation.version)",
    subcommands: [AgentCommand.self, ReceiveCommand.self, DemoCommand.self, LogCommand.self])
}
