import ArgumentParser
import Generation

/// `godwit generate kubernetes`: manifests.
struct GenerateKubernetes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes",
    abstract: "Write manifests: a StatefulSet with its log on a volume, and what belongs to it.",
    discussion: """
      The configuration becomes a ConfigMap, so it must hold no secret: files of secrets are mounted from Secrets at \
      /etc/godwit/secrets/NAME.

      Examples:
        godwit generate kubernetes --rate 50k --image registry.example/godwit:1 --config-file prometheus.yml
        godwit generate kubernetes --rate 50k --outage 6h --image r.example/g:1 --config-file p.yml --secret mimir

      \(AnswerFlags.exits)
      """)

  @OptionGroup var load: CarriedLoad

  @Option(help: "The image, with its tag.")
  var image: String?

  @Option(help: "The prometheus.yml that becomes a ConfigMap.")
  var configFile: String?

  @Option(help: "The file of --godwit.config that goes with it.")
  var deliveryFile: String?

  @Option(help: "What everything is called.")
  var name = "godwit"

  @Option(help: "The namespace; without it that of kubectl.")
  var namespace: String?

  @Option(help: "How many agents, each of which reads all targets.")
  var replicas = 1

  @Option(help: "The class of the volume; without it the cluster's default.")
  var storageClass: String?

  @Option(help: "A Secret to mount at /etc/godwit/secrets/NAME; may be repeated.")
  var secret: [String] = []

  @Flag(help: "Take what others push.")
  var receive = false

  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let rate = try load.samplesPerSecond
      let image = try FlagValue.required(image, "--image registry/name:tag", "there is no image that could be assumed")
      let path = try FlagValue.required(
        configFile, "--config-file; godwit generate config writes one", "an agent needs a configuration")
      var manifests = KubernetesManifests(
        rate: rate, image: image, configuration: try FlagValue.text(atPath: path, "--config-file"))
      manifests.delivery = try deliveryFile.map { try FlagValue.text(atPath: $0, "--delivery-file") }
      manifests.interval = try load.scrapeInterval ?? manifests.interval
      manifests.outage = try load.outageToSurvive
      manifests.name = name
      manifests.namespace = namespace
      manifests.replicas = replicas
      manifests.storageClass = storageClass
      manifests.secrets = secret
      manifests.receives = receive
      try output.give(try manifests.files())
    }
  }
}
