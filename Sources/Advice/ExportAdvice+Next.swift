import Diagnostics

extension ExportAdvice {
  /// What to do now, at most three steps.
  var nextSteps: [Answer.Step] {
    switch decision.winner {
    case .serverRemoteWrite?: [generate("remote_write for the backend, with the reason of each value")] + checks
    case .agent?: agentSteps
    case .directRemoteWrite?:
      instrumentation("a small program that measures and sends") + [
        Answer.Step(command: "godwit receive", why: "a strict endpoint on this machine to send to while you build")
      ]
    case .pushgateway?: instrumentation("a small program that measures and pushes") + checks
    case .otlp?:
      [
        Answer.Step(
          command: "prometheus --config.file=prometheus.yml --web.enable-otlp-receiver",
          why: "Prometheus takes OTLP itself, at /api/v1/otlp/v1/metrics"),
        Answer.Step(
          command: "export OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://localhost:9090/api/v1/otlp/v1/metrics",
          why: "tells the SDK where it is; over http/protobuf"),
      ]
    case .federation?:
      checks + [generate("remote_write instead, should more than aggregates be wanted or gaps matter")]
    case nil:
      parts.prefix(3).map { part in
        Answer.Step(
          command: "godwit advise \(Shell.quoted(path(of: part.folder)))",
          why: "this part decides by itself: \(part.winner.title)")
      }
    }
  }

  private var agentSteps: [Answer.Step] {
    var steps = [generate("what the agent scrapes and where it sends, with the reason of each value")]
    if evidence.contains(where: { [.manyHosts, .hostExporter].contains($0.kind) }) {
      steps.append(
        Answer.Step(
          command: "godwit generate unit --rate RATE",
          why: "a hardened unit for each host, sized for RATE samples a second"))
    } else if evidence.contains(where: { [.discovered, .service].contains($0.kind) && $0.seen.hasPrefix("kind:") }) {
      steps.append(
        Answer.Step(
          command: "godwit generate kubernetes --rate RATE --image IMAGE --config-file FILE",
          why: "manifests with a log that outlives the pod, sized for RATE samples a second"))
    }
    return steps + checks
  }

  private func generate(_ what: String) -> Answer.Step {
    Answer.Step(
      command: "godwit generate config --backend BACKEND",
      why: "writes \(what); `godwit generate profiles` lists the backends")
  }

  /// Nothing where it is not known which language the program is in.
  private func instrumentation(_ what: String) -> [Answer.Step] {
    language.map { language in
      [Answer.Step(command: "godwit generate instrumentation --language \(language)", why: "writes \(what)")]
    } ?? []
  }

  /// The configurations that are there.
  private var checks: [Answer.Step] {
    let kinds: Set<Evidence.Kind> = [.server, .remoteWrite, .operatorRemoteWrite, .federateJob]
    guard
      let piece = evidence.first(where: {
        kinds.contains($0.kind) && $0.weight >= 0.8 && FileKind(path: $0.path) == .yaml && !$0.seen.contains("/")
      })
    else { return [] }
    return [
      Answer.Step(
        command: "godwit check \(Shell.quoted(path(of: piece)))", why: "whether what is there is right, and good")
    ]
  }

  /// The language of the program that most evidence is in.
  private var language: String? {
    let names: [FileKind: String] = [
      .python: "python", .pythonDependencies: "python", .go: "go", .goModule: "go", .javaScript: "javascript",
      .packageJSON: "javascript", .jvm: "java", .maven: "java", .gradle: "java", .swift: "swift",
      .swiftPackage: "swift",
    ]
    var counts: [String: Int] = [:]
    for piece in evidence {
      if let name = FileKind(path: piece.path).flatMap({ names[$0] }) { counts[name, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}
