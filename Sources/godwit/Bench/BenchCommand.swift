import ArgumentParser

/// `godwit bench`: what an agent costs, on a rig that is the same for every agent.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure agents: play their targets and their endpoint.",
    discussion: """
      `run` starts agents one after the other and prints what each costs. `serve` and `send` play the ends alone, for \
      an agent that is started by hand.
      """,
    subcommands: [BenchRunCommand.self, BenchServeCommand.self, BenchSendCommand.self])
}
