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

  @OptionGroup var load: CarriedLoad

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
      var unit = SystemdUnit(rate: try load.samplesPerSecond)
      unit.interval = try load.scrapeInterval ?? unit.interval
      unit.outage = try load.outageToSurvive
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
