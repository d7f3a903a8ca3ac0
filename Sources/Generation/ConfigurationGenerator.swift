import AgentConfiguration
public import Diagnostics
import Settings

/// Writes a configuration for a backend, each value with its reason above it.
///
///     let request = ConfigurationRequest(backend: try BackendProfiles().named("mimir"))
///     let result = try ConfigurationGenerator(request).files()
///
/// A function of what is asked: it reads no file and knows no clock.
public struct ConfigurationGenerator: Sendable {
  let request: ConfigurationRequest
  let address: EndpointAddress
  let authentication: Authentication
  let authenticationKind: AuthenticationKind
  let message: WriteMessage
  let batch: Int
  /// nil where no rate was named.
  let plan: QueuePlan?

  /// Checks that everything is there and fits together.
  public init(_ request: ConfigurationRequest) throws(GenerationProblem) {
    self.request = request
    let profile = request.backend
    authenticationKind = request.authentication ?? profile.authentications.first ?? .none
    var elsewhere: Set<String> = []
    if profile.tenant != nil { elsewhere.insert("tenant") }
    if profile.tokenSource != nil && authenticationKind == .oauth2 { elsewhere.insert("directory") }
    if authenticationKind == .sigv4 { elsewhere.insert("region") }
    address = try EndpointAddress(url: request.url, pieces: request.pieces, elsewhere: elsewhere, profile: profile)
    authentication = try Authentication(
      authenticationKind, values: request.credentials, pieces: request.pieces, profile: profile,
      consumer: request.consumer)
    message = try Self.message(of: request)
    batch = min(profile.batchMax ?? .max, request.consumer.batchDefault)
    plan = request.rate.map { [batch] rate in
      QueuePlan(
        load: .init(
          rate: rate, latency: request.latency ?? ConfigurationRequest.latencyDefault,
          memoryBytes: request.memoryBytes),
        batch: batch)
    }
    try checkTogether()
  }

  public func files() -> GeneratedFiles {
    var files = [GeneratedFile(name: "prometheus.yml", text: ConfigurationText(self).text)]
    if let delivery = DeliveryText(self) { files.append(GeneratedFile(name: "godwit.yml", text: delivery.text)) }
    let backend = request.backend.title
    return GeneratedFiles(
      files, summary: "A configuration for \(request.consumer) that sends to \(backend).", findings: findings,
      next: [
        Answer.Step(command: "godwit check prometheus.yml", why: "says whether it is right, and stays so after changes")
      ])
  }

  /// The more efficient message where both ends take it; Prometheus calls it experimental, so there it is asked for.
  private static func message(of request: ConfigurationRequest) throws(GenerationProblem) -> WriteMessage {
    let usual = request.backend.messages.first ?? .version1
    let isOnly = request.backend.messages == [.version2]
    let message = request.message ?? (request.consumer.isGodwit || isOnly ? usual : .version1)
    guard message == .version1 || request.consumer.knows(.protobufMessage) else {
      throw GenerationProblem(
        "\(request.consumer) cannot send Remote Write 2.0"
          + (isOnly ? ", and \(request.backend.title) is not known to take 1.0" : ""),
        fix: "write for prometheus:2.54 or newer, or try --message 1")
    }
    return message
  }

  private func checkTogether() throws(GenerationProblem) {
    if request.consumer.isGodwit && request.mode == .server {
      throw GenerationProblem("Godwit is an agent and stores nothing to query", fix: "use --mode agent")
    }
    if request.mode == .agent && !request.consumer.knows(.agentMode) {
      throw GenerationProblem("\(request.consumer) has no agent mode", fix: "use --mode server")
    }
    if request.freshFirst && !request.consumer.isGodwit {
      throw GenerationProblem("only Godwit sends new samples ahead of a backlog", fix: "leave --fresh-first out")
    }
    if request.rate == nil && (request.outage != nil || request.memoryBytes != nil) {
      throw GenerationProblem(
        "what an outage leaves and what fits into memory depends on the rate", fix: "give --rate, in samples a second")
    }
    if request.interval < .seconds(1) {
      throw GenerationProblem(
        "a page every \(DurationText.format(request.interval)) is too often", fix: "use --interval 1s or more")
    }
    for target in request.targets {
      guard !target.isEmpty, !target.contains("/"), !target.contains("@"), target.utf8.allSatisfy({ $0 > 0x20 }) else {
        throw GenerationProblem("a target is written host:port, without scheme or path", fix: "give --scrape host:port")
      }
    }
    if let tenant = request.pieces["tenant"], tenant.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) {
      throw GenerationProblem("a tenant is visible ASCII", fix: "write --tenant without other characters")
    }
  }
}
