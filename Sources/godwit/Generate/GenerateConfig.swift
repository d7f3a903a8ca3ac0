public import ArgumentParser
public import Generation
import Settings

extension AuthenticationKind: ExpressibleByArgument {}

extension ConfigurationRequest.Mode: ExpressibleByArgument {}

/// `godwit generate config`: a configuration for a backend.
struct GenerateConfig: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Write a configuration for a backend, a rate and an outage to survive.",
    discussion: """
      The file goes to standard output, what there is to say about it to standard error. With --outage or --fresh-first \
      there is a second file, for --godwit.config; --out writes both.

      Examples:
        godwit generate config --backend prometheus --url http://127.0.0.1:9090 --auth none
        godwit generate config --backend amazon --region eu-central-1 --workspace ws-1234 --rate 80k --latency 60ms
        godwit generate config --backend mimir --host mimir.example --tenant a --auth bearer-file --token-file token
        godwit generate config --backend thanos --host thanos.example:19291 --auth none --for prometheus:2.42

      \(AnswerFlags.exits)
      """)

  @OptionGroup(title: "The backend") var backend: BackendFlags
  @OptionGroup(title: "Who writes") var writer: WriterFlags
  @OptionGroup(title: "How much") var load: LoadFlags
  @OptionGroup(title: "What is sent") var series: ScrapedFlags
  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let name = try FlagValue.required(
        backend.backend, "--backend; godwit generate profiles lists them", "no backend is named")
      let consumer = try Consumer(backend.consumer)
      var request = ConfigurationRequest(backend: try BackendProfiles().named(name), consumer: consumer)
      backend.fill(&request)
      writer.fill(&request)
      try load.fill(&request)
      try series.fill(&request)
      try output.give(try ConfigurationGenerator(request).files())
    }
  }
}

/// Where samples go, and who will send them.
struct BackendFlags: ParsableArguments {
  @Option(help: "The kind of endpoint, of godwit generate profiles.")
  var backend: String?

  @Option(help: "Its address in full; without a path it gets the backend's.")
  var url: String?

  @Option(help: "Host and port, for the address that the backend usually has, with https.")
  var host: String?

  @Option(help: "The tenant, organisation or account that the samples belong to.")
  var tenant: String?

  @Option(help: "Region of the cloud.")
  var region: String?

  @Option(help: "Id of the workspace at Amazon.")
  var workspace: String?

  @Option(help: "Id of the data collection rule at Azure.")
  var rule: String?

  @Option(help: "Id of the directory (tenant) at Azure that gives tokens.")
  var directory: String?

  @Option(help: "Id of the project at Google.")
  var project: String?

  @Option(help: "Name of the database of InfluxDB.")
  var database: String?

  @Option(help: "Name under which the data appears at New Relic.")
  var source: String?

  @Option(name: .customLong("for"), help: "Who reads the file: godwit, prometheus, or a version: prometheus:2.42.")
  var consumer = "godwit"

  @Option(help: "agent, or server for a Prometheus that answers queries too.")
  var mode = ConfigurationRequest.Mode.agent

  @Option(help: "Remote Write 1 or 2; without it what the backend and the sender do best.")
  var message: MessageNumber?

  func fill(_ request: inout ConfigurationRequest) {
    request.url = url
    let pieces = [
      "host": host, "tenant": tenant, "region": region, "workspace": workspace, "rule": rule, "directory": directory,
      "project": project, "database": database, "source": source,
    ]
    request.pieces = pieces.compactMapValues { $0 }
    request.mode = mode
    request.message = message?.message
  }
}

/// `1` or `2`.
enum MessageNumber: String, ExpressibleByArgument, CaseIterable {
  case first = "1"
  case second = "2"

  var message: WriteMessage { self == .first ? .version1 : .version2 }
}

/// By what the endpoint knows the sender. No flag takes a secret.
struct WriterFlags: ParsableArguments {
  @Option(help: "How to say who writes; without it the backend's usual way.")
  var auth: AuthenticationKind?

  @Option(help: "With basic: the user.")
  var username: String?

  @Option(help: "With basic: the file with the password.")
  var passwordFile: String?

  @Option(help: "With bearer-file: the file with the token.")
  var tokenFile: String?

  @Option(help: "With oauth2 and azuread: the client.")
  var clientID: String?

  @Option(help: "With oauth2: the file with its secret.")
  var clientSecretFile: String?

  @Option(help: "With oauth2: who gives tokens.")
  var tokenURL: String?

  @Option(help: "With oauth2: what the token is for; may be repeated.")
  var scope: [String] = []

  @Option(help: "With sigv4: the profile of the shared files.")
  var awsProfile: String?

  @Option(help: "With sigv4: the role to take.")
  var roleARN: String?

  @Option(help: "With google-iam: the file with the key of the service account.")
  var credentialsFile: String?

  @Option(help: "Who vouches for the endpoint, where the system does not know.")
  var caFile: String?

  @Option(help: "With mtls, or beside any other way: the client's certificate.")
  var certFile: String?

  @Option(help: "The key of that certificate.")
  var keyFile: String?

  @Option(help: "The name in the endpoint's certificate, where it is not the host.")
  var serverName: String?

  func fill(_ request: inout ConfigurationRequest) {
    request.authentication = auth
    let single: [AuthenticationFlag: String?] = [
      .username: username, .passwordFile: passwordFile, .tokenFile: tokenFile, .clientID: clientID,
      .clientSecretFile: clientSecretFile, .tokenURL: tokenURL, .awsProfile: awsProfile, .roleARN: roleARN,
      .credentialsFile: credentialsFile, .caFile: caFile, .certFile: certFile, .keyFile: keyFile,
      .serverName: serverName,
    ]
    request.credentials = single.compactMapValues { value in value.map { [$0] } }
    if !scope.isEmpty { request.credentials[.scope] = scope }
  }
}

/// What the queue is sized by.
struct LoadFlags: ParsableArguments {
  @Option(help: "Samples a second: 50000, 50k, 1.5M.")
  var rate: String?

  @Option(help: "From sending a request to its answer; 100ms is assumed.")
  var latency: String?

  @Option(help: "Memory that the program may take: 512MB, 2GB.")
  var memory: String?

  @Option(help: "For how long the endpoint may be away without losing samples: 6h.")
  var outage: String?

  @Flag(help: "After an outage new samples go ahead of the backlog; the backend must take samples out of order.")
  var freshFirst = false

  func fill(_ request: inout ConfigurationRequest) throws {
    request.rate = try FlagValue.rate(rate)
    request.latency = try FlagValue.duration(latency, "--latency")
    request.memoryBytes = try FlagValue.size(memory, "--memory")
    request.outage = try FlagValue.duration(outage, "--outage")
    request.freshFirst = freshFirst
  }
}

/// What is scraped, and where it is said to come from.
struct ScrapedFlags: ParsableArguments {
  @Option(help: "A target, host:port; may be repeated.")
  var scrape: [String] = []

  @Option(help: "How often targets are scraped.")
  var interval = "15s"

  @Option(help: "Where the program's own page is.")
  var ownAddress = "127.0.0.1:9090"

  @Flag(help: "Do not scrape the program's own page.")
  var noOwn = false

  @Option(help: "External label cluster.")
  var cluster: String?

  @Option(help: "External label that tells replicas apart; may hold ${VARIABLES}.")
  var replica: String?

  func fill(_ request: inout ConfigurationRequest) throws {
    request.targets = scrape
    request.interval = try FlagValue.duration(interval, "--interval") ?? request.interval
    request.ownAddress = noOwn ? nil : ownAddress
    request.cluster = cluster
    request.replica = replica
  }
}
