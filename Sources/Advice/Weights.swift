/// What each kind of evidence is worth to each way, and why. All of the opinion is here.
///
/// A kind counts once, by its surest evidence: a library that is imported in forty files decides no more than one that
/// is imported in two. Points add up; the way with the most wins, if it has enough and leads by enough.
enum Weights {
  /// What the winner must have. No single dependency brings it, a setting that names the way does with anything else.
  static let least = 4.5
  /// By how much the winner must lead: less can be turned round by one piece of evidence that was not in the folder.
  static let lead = 1.5
  /// The share that evidence keeps in tests, examples and fixtures: it shows what was tried, not what runs.
  static let exampleShare = 0.3

  struct Effect: Sendable {
    var method: ExportMethod
    var points: Double
    var reason: String

    init(_ method: ExportMethod, _ points: Double, _ reason: String) {
      self.method = method
      self.points = points
      self.reason = reason
    }
  }

  static func effects(of kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .server, .rules, .remoteWrite, .operatorRemoteWrite, .discovered: ofServers(kind)
    case .agent, .manyHosts, .hostExporter, .outboundOnly: ofHosts(kind)
    case .federateJob, .federateSelective, .federateEverything: ofFederation(kind)
    case .pushgatewayClient, .pushgatewayService, .batchJob, .serverless: ofShortRuns(kind)
    case .clientLibrary, .metricsEndpoint, .remoteWriteSender, .service: ofPrograms(kind)
    case .otelMetrics, .otlpExporter, .otlpReceiver, .collectorRemoteWrite: ofOpenTelemetry(kind)
    // It says that something is wrong, not which way is right.
    case .labelsNotHonoured: []
    }
  }

  private static func ofServers(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .server:
      [
        Effect(.serverRemoteWrite, 3, "a server is there already; it only has to send a copy"),
        Effect(.agent, 1, "what a server scrapes an agent can scrape"),
        Effect(.federation, 1, "there is a server that can be scraped"),
      ]
    case .rules:
      [
        Effect(.serverRemoteWrite, 2, "rules and alerts need a server beside the targets"),
        Effect(.agent, -2, "agent mode evaluates no rules and sends no alerts"),
        Effect(.federation, 1, "recording rules make the aggregates that federation is for"),
      ]
    case .remoteWrite:
      [
        Effect(.serverRemoteWrite, 4, "it sends by remote write already"),
        Effect(.agent, 2, "a file that scrapes and sends is all that an agent needs"),
      ]
    case .operatorRemoteWrite:
      [Effect(.serverRemoteWrite, 6, "the Operator's server sends by remote write already")]
    default:
      [
        Effect(.serverRemoteWrite, 2, "a server in the cluster finds the targets by it"),
        Effect(.agent, 1, "an agent in the cluster finds targets the same way"),
        Effect(.pushgateway, -1, "what can be scraped needs no gateway"),
      ]
    }
  }

  private static func ofHosts(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .agent:
      [Effect(.agent, 6, "an agent is there already")]
    case .manyHosts:
      [
        Effect(.agent, 4, "many hosts are scraped nearby and reported outward, rather than reached one by one"),
        Effect(.pushgateway, -2, "a gateway keeps the last values of hosts that are gone"),
        Effect(.federation, -1, "federation would need a server on each site"),
      ]
    case .hostExporter:
      [
        Effect(.agent, 2, "an exporter on the host wants something nearby that scrapes it"),
        Effect(.serverRemoteWrite, 0.5, "a server can scrape the exporter where it can reach it"),
      ]
    default:
      [
        Effect(.agent, 3, "hosts that only connect outward cannot be scraped from a centre"),
        Effect(.otlp, 1, "a push goes outward too"),
        Effect(.federation, -2, "federation has to reach in"),
        Effect(.serverRemoteWrite, -1, "a central server cannot reach them"),
      ]
    }
  }

  private static func ofFederation(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .federateJob:
      [
        Effect(.federation, 4, "a server scrapes others already"),
        Effect(.serverRemoteWrite, 1, "remote write from the lower servers would carry the same without gaps"),
      ]
    case .federateSelective:
      [Effect(.federation, 3, "it selects aggregates, which is what federation is for")]
    default:
      [
        Effect(.federation, -6, "copying everything is not what federation is for: one huge page, and gaps for good"),
        Effect(.serverRemoteWrite, 4, "remote write copies everything, without gaps"),
      ]
    }
  }

  private static func ofShortRuns(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .pushgatewayClient:
      [Effect(.pushgateway, 4, "the program pushes to a gateway already")]
    case .pushgatewayService:
      [Effect(.pushgateway, 2, "a gateway is there already")]
    case .batchJob:
      [
        Effect(.pushgateway, 4, "a job that ends before a scrape leaves its result at a gateway"),
        Effect(.directRemoteWrite, 2, "a job can send its own samples before it ends"),
        Effect(.otlp, 1, "an SDK can push before the job ends"),
        Effect(.serverRemoteWrite, -1, "a scrape comes too late for a job that has ended"),
      ]
    default:
      [
        Effect(.otlp, 2, "a function pushes through its platform's collector"),
        Effect(.directRemoteWrite, 2, "a function can send its own samples"),
        Effect(.agent, -1, "there is no host for an agent beside a function"),
        Effect(.serverRemoteWrite, -1, "a function has no page that could be scraped"),
        Effect(.pushgateway, -1, "many instances would overwrite each other's values at a gateway"),
      ]
    }
  }

  private static func ofPrograms(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .clientLibrary:
      [
        Effect(.serverRemoteWrite, 1, "the library's page is made for a scrape"),
        Effect(.agent, 1, "the library's page is made for a scrape"),
        Effect(.pushgateway, 1, "the library can push to a gateway"),
      ]
    case .metricsEndpoint:
      [
        Effect(.serverRemoteWrite, 2, "its page can be scraped"), Effect(.agent, 2, "its page can be scraped"),
        Effect(.pushgateway, -2, "what can be scraped needs no gateway"),
        Effect(.directRemoteWrite, -1, "what can be scraped does not have to send by itself"),
        Effect(.otlp, -1, "names on the page would change with OTLP"),
      ]
    case .remoteWriteSender:
      [Effect(.directRemoteWrite, 6, "the program sends by remote write already")]
    default:
      [
        Effect(.pushgateway, -2, "a service that pushes to a gateway loses `up`, and leaves values behind"),
        Effect(.serverRemoteWrite, 0.5, "what keeps running can be scraped"),
        Effect(.agent, 0.5, "what keeps running can be scraped"),
      ]
    }
  }

  private static func ofOpenTelemetry(_ kind: Evidence.Kind) -> [Effect] {
    switch kind {
    case .otelMetrics:
      [Effect(.otlp, 3, "the program measures with OpenTelemetry, and OTLP carries that unchanged")]
    case .otlpExporter:
      [Effect(.otlp, 4, "the program exports OTLP already")]
    case .otlpReceiver:
      [Effect(.otlp, 3, "something that takes OTLP is there already")]
    default:
      [
        Effect(.otlp, 1, "the collector brings it on to a backend of remote write"),
        Effect(.agent, 3, "a collector that sends by remote write is an agent"),
      ]
    }
  }
}
