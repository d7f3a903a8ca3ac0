/// What would decide where the evidence does not.
enum Deciders {
  /// How many are named for each of the two best.
  private static let most = 2
  /// What decides has at least so many points.
  private static let strong = 3.0

  /// For each of the two best, what would speak for it most and is not there.
  static func questions(_ decision: Decision) -> [String] {
    if decision.outcome == .noEvidence {
      return [
        "where the metrics come from: name the folder with the program, its dependency files or its manifests",
        "who collects them today: a prometheus.yml, a collector's or an agent's configuration",
      ]
    }
    return decision.standings.prefix(2).flatMap { standing in
      let seen = Set(standing.reasons.filter { $0.points >= strong }.map(\.kind))
      let missing = Evidence.Kind.allCases.compactMap { kind -> (kind: Evidence.Kind, points: Double)? in
        guard !seen.contains(kind), question(kind) != nil,
          let effect = Weights.effects(of: kind).first(where: { $0.method == standing.method }), effect.points >= strong
        else { return nil }
        return (kind, effect.points)
      }
      let best = missing.enumerated().sorted { ($1.element.points, $0.offset) < ($0.element.points, $1.offset) }
      return best.prefix(most).compactMap { question($0.element.kind) }.map { "\($0): then \(standing.method.title)" }
    }
  }

  private static func question(_ kind: Evidence.Kind) -> String? {
    switch kind {
    case .server: "a Prometheus server scrapes it already"
    case .remoteWrite: "a server sends by remote write already"
    case .agent: "an agent runs beside it already"
    case .manyHosts: "it runs on many hosts"
    case .outboundOnly: "its hosts connect outward only"
    case .federateJob: "another server scrapes /federate of this one"
    case .federateSelective: "the upper server wants recorded aggregates only"
    case .pushgatewayClient: "the program pushes to a Pushgateway"
    case .batchJob: "a run ends before the next scrape would come"
    case .otelMetrics: "the program measures with an OpenTelemetry SDK"
    case .otlpExporter: "the program exports metrics by OTLP"
    case .otlpReceiver: "the backend or a collector takes OTLP"
    case .collectorRemoteWrite: "a collector sends by remote write"
    case .remoteWriteSender: "the program makes remote write requests itself"
    case .rules, .operatorRemoteWrite, .discovered, .hostExporter, .federateEverything, .pushgatewayService,
      .serverless, .clientLibrary,
      .metricsEndpoint, .service, .labelsNotHonoured:
      nil
    }
  }
}
