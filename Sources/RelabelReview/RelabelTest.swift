import Diagnostics
public import MetricModel
import Relabeling

/// Tries rules over series.
///
///     let rules = try RuleReading(file: "rules.yml")
///     let input = try SeriesInput(path: "series.jsonl")
///     let report = try await RelabelTest(rules.lists).report(of: input)
///     report.answer.json()
///
/// The rules are run by the agent's own program. Series are read in pieces and not kept: what is held of one is 32
/// bytes for each list of rules, and its result where results are asked for.
public struct RelabelTest: Sendable {
  /// Groups of merging series that are shown, and series of each.
  static let groupsMax = 5
  static let membersMax = 3
  /// Series that are traced where none is named.
  static let tracedMax = 3

  public var lists: [RuleList]
  /// Whether to keep what became of each series, for an answer to a machine.
  public var keepsResults = false
  /// How often a series is sent, in seconds, for rates; nil where it is not known.
  public var intervalSeconds: Double?

  public init(_ lists: [RuleList]) { self.lists = lists }

  /// - Parameter progress: called with the bytes read, and those to read in all.
  /// - Complexity: O(series × rules) on all processors, and a sort of 32 bytes a series.
  public func report(
    of input: SeriesInput, progress: @escaping (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> RelabelTestReport {
    var runs = lists.map { BlockRun($0, keepsResults: keepsResults) }
    var pass = SeriesPass(input, progress: progress)
    let desks = (0..<SeriesPass.width).map { _ in lists.map { $0.twin() } }
    let answersEach = keepsResults
    try await pass.run(
      begin: { block, desk in
        desks[desk].map { BlockRun($0, block: block.index, keepsResults: answersEach) }
      },
      take: { (runs: inout [BlockRun], labels, ordinal, isSeries) in
        guard isSeries else {
          for index in runs.indices { runs[index].takeFlaw() }
          return
        }
        // The last may have the labels themselves.
        for index in runs.indices.dropLast() {
          var copy = labels
          runs[index].take(&copy, ordinal: ordinal)
        }
        runs[runs.count - 1].take(&labels, ordinal: ordinal)
      },
      end: { runs in for index in runs.indices { runs[index].finish() } },
      absorb: { done, first in for index in runs.indices { runs[index].add(done[index], from: first) } })
    var destinations: [DestinationReport] = []
    for run in runs { destinations.append(DestinationReport(run, intervalSeconds: intervalSeconds)) }
    try Self.fillExamples(of: &destinations, from: input)
    return RelabelTestReport(
      inputName: input.name, form: input.form, unreadable: pass.flawCount, destinations: destinations,
      inputFindings: pass.findings, keepsResults: keepsResults)
  }

  /// The first series of an input, for a trace.
  public static func firstSeries(of input: SeriesInput) throws -> [LabelSet] {
    var reader = try SeriesReader(input)
    var found: [LabelSet] = []
    while found.count < tracedMax, let block = try reader.next() {
      block.forEach { item, labels in
        if case .series = item, found.count < tracedMax { found.append(labels) }
      }
    }
    return found
  }

  /// A series as somebody wrote it: a JSON object, or the notation of pages.
  public static func series(_ text: String) throws -> LabelSet {
    let bytes = Array(text.utf8)
    var labels = LabelSet()
    do throws(LabelObject.Flaw) {
      if LabelObject.begins(bytes, 0..<bytes.count) {
        try LabelObject.read(bytes, 0..<bytes.count, into: &labels)
      } else {
        try SeriesNotation.read(bytes, 0..<bytes.count, into: &labels)
      }
    } catch {
      throw RelabelReviewError.argument(
        "\"\(text)\" is no series: \(error.message); write up{job=\"node\"} or {\"__name__\":\"up\",\"job\":\"node\"}")
    }
    return labels
  }

  /// Reads again the series that are to be shown: only their numbers were kept.
  private static func fillExamples(of destinations: inout [DestinationReport], from input: SeriesInput) throws {
    let wanted = Set(destinations.flatMap(\.wantedOrdinals))
    let series = try SeriesPass.series(numbered: wanted, of: input)
    for index in destinations.indices { destinations[index].fillExamples(series) }
  }
}
