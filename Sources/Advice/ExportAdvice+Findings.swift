import Diagnostics

extension ExportAdvice {
  /// What stands out beside the decision, warnings first.
  var findings: [Finding] {
    let all = abstention + differences + gateways + labels + federation + rules + twice + reach
    return Finding.Severity.allCases.flatMap { severity in all.filter { $0.severity == severity } }
  }

  private func finding(
    _ kind: AdviceFinding, _ severity: Finding.Severity, at evidence: Evidence? = nil, _ message: String,
    why: String = "", seen: String = "", fix: String = "", confidence: Double = 1
  ) -> Finding {
    Finding(
      id: kind.rawValue, severity: severity, path: evidence.map { path(of: $0) } ?? reading.directory,
      line: evidence?.line, message: message, why: why, evidence: seen, fix: fix, confidence: confidence)
  }

  /// As a command would take it.
  func path(of evidence: Evidence) -> String { path(of: evidence.path) }

  func path(of relative: String) -> String {
    var directory = reading.directory
    while directory.count > 1 && directory.hasSuffix("/") { directory.removeLast() }
    return directory == "." ? relative : directory == "/" ? "/" + relative : "\(directory)/\(relative)"
  }

  private var abstention: [Finding] {
    switch decision.outcome {
    case .winner: []
    case .noEvidence:
      [
        finding(
          .noEvidence, .info, "nothing in the folder is about metrics",
          why: "a recommendation without evidence would be a guess", seen: "\(reading.filesRead) files were read",
          fix: deciders.joined(separator: "; "))
      ]
    case .tooWeak, .tooClose:
      [
        finding(
          .undecided, .info, "the evidence does not decide",
          why: "one more fact could turn it round",
          seen: decision.standings.prefix(2).map { "\($0.method.title) \(Self.tenths($0.points))" }
            .joined(separator: ", "), fix: "say which holds: \(deciders.joined(separator: "; "))")
      ]
    }
  }

  private var differences: [Finding] {
    guard !parts.isEmpty else { return [] }
    let words = parts.map { "\($0.folder): \($0.winner.title)" }.joined(separator: "; ")
    return [
      finding(
        .partsDiffer, .info, "parts of the folder need different ways",
        why: "what fits a service does not fit a job that ends", seen: words,
        fix: "decide for each: `godwit advise` with the folder of one part")
    ]
  }

  private var gateways: [Finding] {
    places(of: .pushgatewayClient, beside: [.service, .metricsEndpoint], without: [.batchJob]).map { push, service in
      finding(
        .serviceAtGateway, .warning, at: push, "a program that keeps running pushes to a Pushgateway",
        why: "`up` is then about the gateway, and the last values stay for ever when the program is gone",
        seen: "\(service.seen) at \(service.place)",
        fix: "serve a page of metrics and have it scraped; push from jobs only",
        confidence: 0.8)
    }
  }

  /// Evidence of a kind that is more than an example: nobody wants to hear what is wrong with a test.
  private func meant(_ kind: Evidence.Kind) -> [Evidence] {
    evidence.filter { $0.kind == kind && $0.weight > Weights.exampleShare }
  }

  private var labels: [Finding] {
    meant(.labelsNotHonoured).map { piece in
      finding(
        .labelsNotHonoured, .warning, at: piece, "the job \(piece.says)",
        why: "they come out as exported_job and exported_instance, and all series look like the scraped server's own",
        fix: "add `honor_labels: true` to the job")
    }
  }

  private var federation: [Finding] {
    meant(.federateEverything).map { piece in
      finding(
        .federatesEverything, .warning, at: piece, "federation selects every series",
        why: "each scrape is one huge page, and one that fails is a gap that nothing fills", seen: piece.seen,
        fix: "select recorded aggregates, such as {__name__=~\"job:.*\"}; to copy everything, use remote write")
    }
  }

  private var rules: [Finding] {
    guard let agent = evidence.first(where: { $0.kind == .agent && $0.weight >= 0.8 }),
      let rules = evidence.first(where: { $0.kind == .rules }), decision.winner == .agent
    else { return [] }
    return [
      finding(
        .rulesInAgent, .warning, at: rules, "rules stand beside an agent",
        why: "agent mode evaluates no rules and sends no alerts", seen: "\(agent.seen) at \(agent.place)",
        fix: "have the backend evaluate them")
    ]
  }

  private var twice: [Finding] {
    places(of: .otlpExporter, beside: [.metricsEndpoint], without: []).map { exporter, page in
      finding(
        .measuredTwice, .info, at: exporter, "metrics leave the program twice: by OTLP and by a page",
        why: "the same measurement may arrive under two names", seen: "\(page.seen) at \(page.place)",
        fix: "keep one; scrape the page, or turn it off", confidence: 0.6)
    }
  }

  /// The first of `kind` in each folder that has one of `others` too and none of `excluded`; sure ones alone.
  private func places(
    of kind: Evidence.Kind, beside others: Set<Evidence.Kind>, without excluded: Set<Evidence.Kind>
  ) -> [(Evidence, Evidence)] {
    func folder(_ piece: Evidence) -> Substring {
      piece.path[..<(piece.path.lastIndex(of: "/") ?? piece.path.startIndex)]
    }
    let sure = Dictionary(grouping: evidence.filter { $0.weight >= 0.8 }, by: folder)
    return sure.keys.sorted().compactMap { name in
      guard let pieces = sure[name], !pieces.contains(where: { excluded.contains($0.kind) }),
        let first = pieces.first(where: { $0.kind == kind }),
        let other = pieces.first(where: { others.contains($0.kind) })
      else { return nil }
      return (first, other)
    }
  }

  /// What could not be read, or was not.
  private var reach: [Finding] {
    var findings: [Finding] = []
    if !reading.bounds.isEmpty {
      // What decides stands at the beginning of a file; a whole file that was left out may be what decides.
      let severity: Finding.Severity = reading.bounds == [.fileBytes] ? .info : .warning
      let words = BoundReached.allCases.filter(reading.bounds.contains).map { $0.words(reading.limits) }
      findings.append(
        finding(
          .cutShort, severity, "a part of the folder was not read",
          why: "what decides may be in it", seen: words.joined(separator: "; "),
          fix: "name the folder of one program"))
    }
    for file in reading.unread.prefix(Self.unreadShown) {
      findings.append(
        Finding(
          id: AdviceFinding.unreadFile.rawValue, severity: .info, path: path(of: file.path), line: file.line,
          message: "the file says nothing: \(file.reason)",
          fix: file.line == nil ? "allow it to be read" : "see `godwit check`"))
    }
    return findings
  }

  private static let unreadShown = 20

  /// With one decimal.
  static func tenths(_ points: Double) -> String {
    let tenths = Int((points * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
