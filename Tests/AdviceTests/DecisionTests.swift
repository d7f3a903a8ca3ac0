import Diagnostics
import GodwitTesting
import Testing

@testable import Advice

@Suite("What evidence decides")
struct DecisionTests {
  private static func evidence(_ kinds: [Evidence.Kind], weight: Double = 1) -> [Evidence] {
    kinds.enumerated().map {
      Evidence(kind: $1, path: "a", line: $0 + 1, weight: weight, says: "says", seen: "seen")
    }
  }

  static let decided: [(kinds: [Evidence.Kind], winner: ExportMethod?)] = [
    ([.batchJob, .clientLibrary], .pushgateway), ([.batchJob, .pushgatewayClient], .pushgateway),
    ([.agent], .agent), ([.manyHosts, .hostExporter], .agent), ([.outboundOnly, .hostExporter], .agent),
    ([.otelMetrics, .otlpExporter], .otlp), ([.otelMetrics, .otlpReceiver], .otlp),
    ([.server, .federateJob], nil), ([.server, .federateJob, .federateSelective], .federation),
    ([.server, .federateJob, .federateEverything], .serverRemoteWrite),
    ([.server, .metricsEndpoint, .clientLibrary], .serverRemoteWrite), ([.server, .rules], .serverRemoteWrite),
    ([.server, .remoteWrite], .serverRemoteWrite), ([.operatorRemoteWrite], .serverRemoteWrite),
    ([.remoteWriteSender], .directRemoteWrite), ([.remoteWriteSender, .agent], nil),
    ([.clientLibrary], nil), ([.metricsEndpoint, .clientLibrary], nil), ([.service], nil), ([.serverless], nil),
    ([.pushgatewayClient, .service], nil), ([.labelsNotHonoured], nil), ([], nil),
  ]

  @Test("The way with enough points and a lead wins", arguments: decided)
  func winner(example: (kinds: [Evidence.Kind], winner: ExportMethod?)) {
    #expect(Decision(Self.evidence(example.kinds)).winner == example.winner)
  }

  @Test("Why there is no winner is told apart")
  func abstentions() {
    #expect(Decision([]).outcome == .noEvidence)
    #expect(Decision(Self.evidence([.clientLibrary])).outcome == .tooWeak)
    #expect(
      Decision(Self.evidence([.remoteWriteSender, .agent])).outcome == .tooClose(.directRemoteWrite, .agent))
  }

  @Test("A kind counts once, by its surest evidence")
  func repetition() {
    let weak = Self.evidence([.clientLibrary, .clientLibrary, .clientLibrary], weight: 0.5)
    let sure = Self.evidence([.clientLibrary])
    #expect(Decision(weak).standings[0].points == 0.5)
    #expect(Decision(weak + sure).standings.map(\.points) == Decision(sure).standings.map(\.points))
    #expect(Decision(weak + sure).standings[0].reasons.map(\.evidence) == sure)
  }

  @Test("The order of the evidence changes no points", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func order(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let kinds = Evidence.Kind.allCases.filter { _ in Bool.random(using: &random) }
    let evidence = kinds.map { kind in
      Evidence(
        kind: kind, path: "f", line: 1, weight: Double(Int.random(in: 0...10, using: &random)) / 10, says: "", seen: "")
    }
    let first = Decision(evidence)
    let second = Decision(evidence.shuffled(using: &random))
    #expect(first == second, "seed \(seed)")
    // The points are those of the table, added up by hand.
    for standing in first.standings {
      var points = 0.0
      for piece in evidence where piece.weight > 0 {
        for effect in Weights.effects(of: piece.kind) where effect.method == standing.method {
          points += effect.points * piece.weight
        }
      }
      #expect(abs(points - standing.points) < 1e-9, "seed \(seed)")
    }
  }

  @Test("Every weight has a reason, a kind names a way once, and every way can win")
  func weights() {
    for kind in Evidence.Kind.allCases {
      let effects = Weights.effects(of: kind)
      #expect(Set(effects.map(\.method)).count == effects.count, "\(kind)")
      #expect(effects.allSatisfy { !$0.reason.isEmpty && $0.points != 0 }, "\(kind)")
    }
    for method in ExportMethod.allCases {
      let best = Evidence.Kind.allCases.filter { kind in
        Weights.effects(of: kind).contains { $0.method == method && $0.points >= 2 }
          && !Weights.effects(of: kind).contains { $0.method != method && $0.points >= 2 }
      }
      #expect(Decision(Self.evidence(best)).winner == method, "\(method) by \(best)")
      #expect(!method.gains.isEmpty && !method.costs.isEmpty && !method.title.isEmpty)
    }
  }

  @Test("What would decide does decide: with it added, a winner stands")
  func deciders() {
    let undecided = Decision(Self.evidence([.metricsEndpoint, .clientLibrary]))
    let questions = Deciders.questions(undecided)
    #expect(questions.contains("a server sends by remote write already: then Remote Write by the Prometheus server"))
    #expect(questions.contains("an agent runs beside it already: then an agent"))
    #expect(Decision(Self.evidence([.metricsEndpoint, .clientLibrary, .remoteWrite, .server])).winner != nil)
    #expect(Decision(Self.evidence([.metricsEndpoint, .clientLibrary, .agent])).winner == .agent)
  }

  @Test(
    "Facts that are often told wrongly are told",
    arguments: [
      (ExportMethod.otlp, "Prometheus itself takes it"), (.pushgateway, "no time to live"),
      (.pushgateway, "`up` is about the gateway"), (.pushgateway, "a single point"),
      (.federation, "a scrape of selected series, not a query"),
      (.agent, "no queries, no recording rules and no alerts"),
    ])
  func facts(method: ExportMethod, words: String) {
    #expect((method.gains + method.costs).contains { $0.contains(words) })
  }
}
