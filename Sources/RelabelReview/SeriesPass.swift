import Diagnostics
import Foundation
import MetricModel

/// Walks all series of an input, block by block, on as many threads as there are processors.
///
/// Blocks are worked on side by side and put together in their order, so that the outcome is the same however many
/// threads there are.
struct SeriesPass {
  /// Flaws that are kept; all are counted.
  private static let flawsMax = 100

  let input: SeriesInput
  /// Called with the bytes read, and those to read in all.
  let progress: (UInt64, UInt64) -> Void
  private(set) var flaws: [SeriesFlaw] = []
  private(set) var flawCount = 0
  private(set) var lineCount = 0

  init(_ input: SeriesInput, progress: @escaping (UInt64, UInt64) -> Void) {
    self.input = input
    self.progress = progress
  }

  /// How many blocks are worked on at once: one more than there are processors, so that none waits for reading.
  static let width = max(1, ProcessInfo.processInfo.activeProcessorCount) + 1

  /// What a block came to.
  private struct Done<State: Sendable>: Sendable {
    var index: Int
    var desk: Int
    var state: State
    var items: Int
    var flaws: [SeriesFlaw]
    var flawCount: Int
  }

  /// - Parameters:
  ///   - begin: a state for one block, and at which of the ``width`` desks it is worked on: what is kept for a desk is
  ///     used by one thread at a time.
  ///   - take: one series, its labels to be changed freely, and its number among the series of its **block**; or, with
  ///     labels nil, a line that holds none.
  ///   - end: once for each block, on its thread.
  ///   - absorb: the states in the order of the blocks, each with the number of its first series among all.
  mutating func run<State: Sendable>(
    begin: @escaping @Sendable (SeriesBlock, Int) -> State,
    take: @escaping @Sendable (inout State, inout LabelSet, UInt32, Bool) -> Void,
    end: @escaping @Sendable (inout State) -> Void,
    absorb: (State, UInt32) -> Void
  ) async throws {
    var reader = try SeriesReader(input)
    let total = input.byteCount
    let progress = progress
    try await withThrowingTaskGroup(of: Done<State>.self) { group in
      var desks = Array(0..<Self.width)
      var waiting: [Int: Done<State>] = [:]
      var next = 0
      while true {
        while let desk = desks.last, let block = try reader.next() {
          desks.removeLast()
          group.addTask { Self.work(on: block, at: desk, begin, take, end) }
        }
        guard let done = try await group.next() else { break }
        desks.append(done.desk)
        waiting[done.index] = done
        while let ready = waiting.removeValue(forKey: next) {
          next += 1
          absorb(ready.state, UInt32(truncatingIfNeeded: lineCount))
          lineCount += ready.items
          flawCount += ready.flawCount
          flaws += ready.flaws.prefix(max(0, Self.flawsMax - flaws.count))
        }
        progress(reader.bytesRead, total)
      }
    }
  }

  private static func work<State: Sendable>(
    on block: SeriesBlock, at desk: Int, _ begin: (SeriesBlock, Int) -> State,
    _ take: (inout State, inout LabelSet, UInt32, Bool) -> Void, _ end: (inout State) -> Void
  ) -> Done<State> {
    var done = Done(
      index: block.index, desk: desk, state: begin(block, desk), items: 0, flaws: [], flawCount: 0)
    block.forEach { item, labels in
      switch item {
      case .series: take(&done.state, &labels, UInt32(truncatingIfNeeded: done.items), true)
      case .flaw(let flaw):
        done.flawCount += 1
        if done.flaws.count < flawsMax { done.flaws.append(flaw) }
        take(&done.state, &labels, UInt32(truncatingIfNeeded: done.items), false)
      }
      done.items += 1
    }
    end(&done.state)
    return done
  }

  /// The lines that hold no series, as findings: the first hundred, and how many more there are.
  var findings: [Finding] {
    var findings = flaws.map { flaw in
      Finding(
        id: RelabelFinding.unreadableSeries.rawValue, severity: .error, path: input.name, line: flaw.line,
        column: flaw.column, message: flaw.message,
        why: flaw.endsReading
          ? "A page with a syntax error is refused as a whole by whoever scrapes it; nothing behind this was read."
          : "The line counts for nothing; all others were read.",
        fix: input.form == .labelObjects ? "write one JSON object of texts a line: {\"__name__\":\"up\"}" : "")
    }
    if flawCount > flaws.count {
      findings.append(
        Finding(
          id: RelabelFinding.unreadableSeries.rawValue, severity: .error, path: input.name,
          message: "\(flawCount - flaws.count) more lines hold no series"))
    }
    return findings
  }

  /// The series with these numbers, without change; those that cannot be read any more are left out.
  static func series(numbered wanted: Set<UInt32>, of input: SeriesInput) throws -> [UInt32: LabelSet] {
    guard let last = wanted.max() else { return [:] }
    var found: [UInt32: LabelSet] = [:]
    var reader = try SeriesReader(input)
    var ordinal: UInt32 = 0
    while ordinal <= last, let block = try reader.next() {
      block.forEach { item, labels in
        if case .series = item, wanted.contains(ordinal) { found[ordinal] = labels }
        ordinal += 1
      }
    }
    return found
  }
}
