import ArgumentParser

/// `godwit bench`: what an agent costs, on a rig that is the same for every agent.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure agents: play their targets and their endpoint.",
    discussion: """
      `run` starts agents one after the other and prints what each costs. `serve` and `send` play the ends alone, for \
      an agent that is started by hand.

      Examples:
        godwit bench run --quick
        godwit bench serve --targets 100 --web.listen-address 127.0.0.1:9300
        godwit bench send --to http://127.0.0.1:9090/api/v1/write --rate 50000
      """,
    subcommands: [BenchRunCommand.self, BenchServeCommand.self, BenchSendCommand.self])
}
