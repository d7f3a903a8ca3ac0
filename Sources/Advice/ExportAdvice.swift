public import Diagnostics

/// What is recommended for a folder, with what speaks for it, what it costs, and what to do next.
///
///     let advice = ExportAdvice(try FolderReading(directory: "."))
///     advice.decision.winner   // .pushgateway
///     advice.answer.json()
public struct ExportAdvice: Sendable {
  /// A folder directly below that decides by itself.
  public struct Part: Hashable, Sendable {
    /// Its name; `.` is for the files that are in no folder.
    public var folder: String
    public var winner: ExportMethod
  }

  public let reading: FolderReading
  public let decision: Decision
  /// The parts that decide by themselves, where they do not all decide alike; otherwise empty.
  public let parts: [Part]

  public init(_ reading: FolderReading) {
    self.reading = reading
    decision = Decision(reading.evidence)
    parts = Self.parts(of: reading.evidence, within: decision)
  }

  public var evidence: [Evidence] { reading.evidence }

  /// What would decide; empty where it is decided.
  public var deciders: [String] { decision.winner == nil ? Deciders.questions(decision) : [] }

  /// The ways that have something for them beside the winner, the two best.
  public var runnersUp: [Decision.Standing] {
    Array(decision.standings.filter { $0.method != decision.winner && $0.points > 0 }.prefix(2))
  }

  /// The evidence that counts, each with how many of its kind there are, in the order of its worth to the winner.
  public var counted: [(evidence: Evidence, others: Int)] {
    var counts: [Evidence.Kind: Int] = [:]
    for piece in evidence { counts[piece.kind, default: 0] += 1 }
    var result: [(evidence: Evidence, others: Int)] = []
    for standing in decision.standings {
      for reason in standing.reasons where !result.contains(where: { $0.evidence.kind == reason.kind }) {
        result.append((reason.evidence, (counts[reason.kind] ?? 1) - 1))
      }
    }
    return result
  }

  public var summary: String {
    switch decision.outcome {
    case .winner(let method):
      "\(method.title.prefix(1).uppercased())\(method.title.dropFirst()) fits: \(method.meaning)."
    case .noEvidence: "Nothing is recommended: nothing in the folder is about metrics."
    case .tooWeak: "Nothing is recommended: there is too little evidence."
    case .tooClose(let first, let second):
      "Nothing is recommended: the evidence is for \(first.title) and for \(second.title) alike."
    }
  }

  /// The answer of `godwit advise`.
  public var answer: Answer {
    let advice = self
    return Answer(summary: summary, findings: findings, next: nextSteps) { advice.write(to: &$0) }
  }

  private static func parts(of evidence: [Evidence], within decision: Decision) -> [Part] {
    var byFolder: [String: [Evidence]] = [:]
    for piece in evidence {
      let slash = piece.path.firstIndex(of: "/")
      byFolder[slash.map { String(piece.path[..<$0]) } ?? ".", default: []].append(piece)
    }
    let parts = byFolder.keys.sorted().compactMap { folder in
      Decision(byFolder[folder] ?? []).winner.map { Part(folder: folder, winner: $0) }
    }.filter { part in
      // The servers that federation scrapes are a part of it.
      decision.winner != .federation || part.winner != .serverRemoteWrite
    }
    return Set(parts.map(\.winner)).count > 1 ? parts : []
  }
}
