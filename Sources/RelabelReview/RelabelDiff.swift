import MetricModel

/// What two lists of rules do differently to the same series.
///
///     let report = try await RelabelDiff(old, against: new).report(of: input)
public struct RelabelDiff: Sendable {
  /// Series that are shown of each kind.
  static let examplesMax = 10

  let first: RuleList
  let second: RuleList

  /// - Parameters:
  ///   - first: the rules as they are.
  ///   - second: the rules that are to take their place.
  public init(_ first: RuleList, against second: RuleList) {
    self.first = first
    self.second = second
  }

  /// How the two verdicts on one series relate.
  public enum Change: Int, Sendable, CaseIterable {
    case same, lost, gained, relabelled

    /// For people and machines.
    public var word: String {
      switch self {
      case .same: "same"
      case .lost: "dropped only by the second"
      case .gained: "dropped only by the first"
      case .relabelled: "kept with other labels"
      }
    }
  }

  /// What came of one block.
  private struct Part: Sendable {
    var counts = [Int](repeating: 0, count: Change.allCases.count)
    var examples: [RelabelDiffReport.Example] = []
    var runs: [BlockRun]
  }

  /// - Complexity: O(series × rules of both), on all processors.
  public func report(
    of input: SeriesInput, progress: @escaping (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> RelabelDiffReport {
    var pass = SeriesPass(input, progress: progress)
    let desks = (0..<SeriesPass.width).map { _ in [first.twin(), second.twin()] }
    var counts = [Int](repeating: 0, count: Change.allCases.count)
    var examples: [RelabelDiffReport.Example] = []
    var runs = [BlockRun(first, keepsResults: false), BlockRun(second, keepsResults: false)]
    try await pass.run(
      begin: { block, desk in
        Part(runs: desks[desk].map { BlockRun($0, block: block.index, keepsResults: false) })
      },
      take: { part, labels, ordinal, isSeries in
        if isSeries { Self.compare(labels, ordinal, into: &part) }
      },
      end: { part in for index in part.runs.indices { part.runs[index].finish() } },
      absorb: { part, firstOrdinal in
        for index in counts.indices { counts[index] += part.counts[index] }
        for example in part.examples
        where examples.count(where: { $0.change == example.change }) < Self.examplesMax {
          examples.append(example)
        }
        for index in runs.indices { runs[index].add(part.runs[index], from: firstOrdinal) }
      })
    return RelabelDiffReport(
      inputName: input.name, first: DestinationReport(runs[0], intervalSeconds: nil),
      second: DestinationReport(runs[1], intervalSeconds: nil), counts: counts, examples: examples,
      inputFindings: pass.findings)
  }

  private static func compare(_ labels: LabelSet, _ ordinal: UInt32, into part: inout Part) {
    var (left, right) = (labels, labels)
    let isLeft = part.runs[0].take(&left, ordinal: ordinal)
    let isRight = part.runs[1].take(&right, ordinal: ordinal)
    let change: Change =
      switch (isLeft, isRight) {
      case (true, false): .lost
      case (false, true): .gained
      case (true, true): left == right ? .same : .relabelled
      case (false, false): .same
      }
    part.counts[change.rawValue] += 1
    if change == .same || part.examples.count(where: { $0.change == change }) >= examplesMax { return }
    part.examples.append(
      RelabelDiffReport.Example(
        change: change, series: labels, first: isLeft ? left : nil, second: isRight ? right : nil))
  }
}
