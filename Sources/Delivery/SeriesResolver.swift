import DurableLog
import MetricModel
import Relabeling

/// Which series of the endpoint a series number in the log stands for.
///
/// External labels and `write_relabel_configs` are applied here, once for a series: the verdict is kept while the
/// series goes on being mentioned, over segments, and a sample costs one look into an array.
struct SeriesResolver {
  /// Stands for a series that `write_relabel_configs` drop.
  static let dropped = UInt32.max
  /// Stands for a number whose definition could not be read.
  static let unknown = UInt32.max - 1

  private struct Verdict {
    /// What to send it as; ``dropped`` if nothing.
    var resolved: UInt32
    /// The segment that mentioned the series last.
    var segment: SegmentNumber
  }

  private let registry: SeriesRegistry
  private let externalLabels: LabelSet
  private let program: RelabelProgram
  private var segment: SegmentNumber = 0
  /// The meaning of the numbers of `segment`.
  private var meanings: [UInt32] = []
  /// By the process's number of the series as it is in the log: those of this shard's lanes, which may be few of many.
  /// Each verdict holds both of its series.
  private var verdicts: [UInt32: Verdict] = [:]

  init(registry: SeriesRegistry, externalLabels: LabelSet, program: RelabelProgram) {
    self.registry = registry
    self.externalLabels = externalLabels
    self.program = program
  }

  /// The series to send for number `number` of the current segment, or ``dropped`` or ``unknown``.
  func resolve(_ number: UInt32) -> UInt32 { number < meanings.count ? meanings[Int(number)] : Self.unknown }

  /// Begins a segment: its numbers are defined anew, and what the last two did not mention is forgotten.
  ///
  /// `oldestWaiting` is the segment of the oldest sample that was resolved and is not settled: what was mentioned from
  /// there on is still needed, for a sample names its series by number.
  mutating func begin(_ newSegment: SegmentNumber, oldestWaiting: SegmentNumber?) {
    guard newSegment != segment else { return }
    let needed = min(segment, oldestWaiting ?? segment)
    segment = newSegment
    meanings.removeAll(keepingCapacity: true)
    forget { $0.segment < needed }
  }

  mutating func define(_ number: UInt32, _ labels: LabelSet, _ metadata: MetricMetadata) {
    let source = registry.withTable { $0.register(labels, metadata) }
    let known = verdicts[source.rawValue]
    if known != nil { registry.withTable { $0.release(source) } }
    let resolved = known?.resolved ?? verdict(on: source, labels, metadata)
    verdicts[source.rawValue] = Verdict(resolved: resolved, segment: segment)
    while meanings.count <= Int(number) { meanings.append(Self.unknown) }
    meanings[Int(number)] = resolved
  }

  /// Gives back all series. The resolver is empty afterwards.
  mutating func release() {
    forget { _ in true }
    meanings.removeAll()
  }

  private func verdict(on source: SeriesID, _ labels: LabelSet, _ metadata: MetricMetadata) -> UInt32 {
    guard !externalLabels.isEmpty || !program.isEmpty else { return source.rawValue }
    var outgoing = labels
    for index in 0..<externalLabels.count where outgoing.index(of: externalLabels.name(at: index)) == nil {
      outgoing.set(externalLabels.name(at: index), externalLabels.value(at: index))
    }
    guard program.isEmpty || program.apply(to: &outgoing), !outgoing.isEmpty else { return Self.dropped }
    if outgoing == labels { return source.rawValue }
    let sent = outgoing
    return registry.withTable { $0.register(sent, metadata).rawValue }
  }

  private mutating func forget(where isOld: (Verdict) -> Bool) {
    var released: [SeriesID] = []
    for (source, verdict) in verdicts where isOld(verdict) {
      released.append(SeriesID(rawValue: source))
      if verdict.resolved != Self.dropped && verdict.resolved != source {
        released.append(SeriesID(rawValue: verdict.resolved))
      }
    }
    verdicts = verdicts.filter { !isOld($0.value) }
    let ids = released
    registry.withTable { table in for id in ids { table.release(id) } }
  }
}
