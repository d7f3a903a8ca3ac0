/// What a list of evidence says: a winner, or why there is none. A pure function of the list.
///
/// Complexity: linear in the evidence.
public struct Decision: Hashable, Sendable {
  /// One kind of evidence as it counts for one way.
  public struct Reason: Hashable, Sendable {
    public var kind: Evidence.Kind
    /// Below zero where it speaks against.
    public var points: Double
    public var words: String
    /// The surest evidence of its kind.
    public var evidence: Evidence
  }

  /// How one way stands.
  public struct Standing: Hashable, Sendable {
    public var method: ExportMethod
    /// The strongest first, those against last.
    public var reasons: [Reason]
    public var points: Double { reasons.reduce(0) { $0 + $1.points } }
  }

  public enum Outcome: Hashable, Sendable {
    case winner(ExportMethod)
    /// Nothing in the folder is about metrics.
    case noEvidence
    /// The best has too few points.
    case tooWeak
    /// The two best are too close.
    case tooClose(ExportMethod, ExportMethod)
  }

  public var outcome: Outcome
  /// All ways, the one with the most points first; those that stand alike in the order of ``ExportMethod``.
  public var standings: [Standing]

  public init(_ evidence: [Evidence]) {
    var surest: [Evidence.Kind: Evidence] = [:]
    for piece in evidence where piece.weight > surest[piece.kind]?.weight ?? 0 { surest[piece.kind] = piece }
    var reasons: [ExportMethod: [Reason]] = [:]
    for kind in Evidence.Kind.allCases {
      guard let piece = surest[kind] else { continue }
      for effect in Weights.effects(of: kind) {
        reasons[effect.method, default: []].append(
          Reason(kind: kind, points: effect.points * piece.weight, words: effect.reason, evidence: piece))
      }
    }
    let unsorted = ExportMethod.allCases.map { method in
      Standing(method: method, reasons: Self.sorted(reasons[method] ?? []))
    }
    standings = unsorted.enumerated().sorted { ($1.element.points, $0.offset) < ($0.element.points, $1.offset) }
      .map(\.element)
    outcome = Self.outcome(of: standings)
  }

  /// The way that is recommended; nil where the evidence does not decide.
  public var winner: ExportMethod? {
    if case .winner(let method) = outcome { return method }
    return nil
  }

  private static func sorted(_ reasons: [Reason]) -> [Reason] {
    reasons.enumerated().sorted { ($1.element.points, $0.offset) < ($0.element.points, $1.offset) }.map(\.element)
  }

  private static func outcome(of standings: [Standing]) -> Outcome {
    guard standings.contains(where: { !$0.reasons.isEmpty }) else { return .noEvidence }
    let (first, second) = (standings[0], standings[1])
    if first.points < Weights.least { return .tooWeak }
    if first.points - second.points < Weights.lead { return .tooClose(first.method, second.method) }
    return .winner(first.method)
  }
}
