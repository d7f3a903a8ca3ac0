import ArgumentParser

/// `godwit generate`: writes what an agent needs around it, each value with its reason.
struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write a configuration, what runs it and what watches it.",
    discussion: """
      Nothing is asked and nothing is made up: what is missing is named, and the run ends with 2. Secrets are never \
      taken; they stay in files, and files are named.

      Examples:
        godwit generate profiles
        godwit generate config --backend prometheus --url http://127.0.0.1:9090 --auth none --rate 50k
        godwit generate unit --rate 50k --out godwit.service
        godwit generate kubernetes --rate 50k --image registry.example/godwit:1 --config-file prometheus.yml
        godwit generate alerts > godwit-alerts.yml

      \(AnswerFlags.exits)
      """,
    subcommands: [
      GenerateConfig.self, GenerateProfiles.self, GenerateUnit.self, GenerateKubernetes.self, GenerateAlerts.self,
      GenerateDashboard.self, GenerateInstrumentation.self,
    ])
}
