import ArgumentParser
import Generation

/// `godwit generate unit`: a systemd unit.
struct GenerateUnit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unit", abstract: "Write a hardened systemd unit for the agent.",
    discussion: """
      The unit keeps the log in a folder of its own, runs as no user that can do anything else, and says the reason of \
      each line.

      Examples:
        godwit generate unit --rate 50k --outage 6h --out /etc/systemd/system/godwit.service
        godwit generate unit --rate 2000 --user godwit --credential token:/etc/godwit/token

      \(AnswerFlags.exits)
      """)

  @Option(help: "Samples a second: 50000, 50k, 1.5M.")
  var rate: String?

  @Option(help: "How often targets are scraped.")
  var interval = "15s"

  @Option(help: "For how long an endpoint may be away without losing samples; 6h is planned with.")
  var outage: String?

  @Option(help: "Where the program is.")
  var program = "/usr/bin/godwit"

  @Option(help: "Where its configuration is.")
  var configFile = "/etc/godwit/prometheus.yml"

  @Option(help: "Where the file of --godwit.config is.")
  var deliveryFile: String?

  @Option(help: "A user that exists; without it systemd makes one up while the unit runs.")
  var user: String?

  @Option(help: "Address for the agent's pages.")
  var listen = "127.0.0.1:9090"

  @Option(help: "A file of a secret that only the unit may read, NAME:/path; may be repeated.")
  var credential: [String] = []

  @Flag(help: "Take what others push.")
  var receive = false

  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let what = "memory and disk depend on the rate"
      var unit = SystemdUnit(rate: try FlagValue.required(try FlagValue.rate(rate), "--rate, samples a second", what))
      unit.interval = try FlagValue.duration(interval, "--interval") ?? unit.interval
      unit.outage = try FlagValue.duration(outage, "--outage")
      unit.program = program
      unit.configFile = configFile
      unit.deliveryFile = deliveryFile
      unit.user = user
      unit.listenAddress = listen
      unit.credentials = try credential.map { try SystemdUnit.Credential($0) }
      unit.receives = receive
      try output.give(try unit.files())
    }
  }
}
