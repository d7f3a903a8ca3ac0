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
    /// What to send it as in 1.0, held too; nil if that is the same.
    var escaped: UInt32?
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

  /// How names are escaped for 1.0; nil until the first request of that kind, so that 2.0 pays nothing for it.
  private var escaping: NameEscaping?
  private(set) var escapes = NameEscapes.none
  /// By the hash of the labels that are sent in 1.0, the series that is sent with them; empty until a first name had to
  /// be escaped.
  private var owners: [Int: UInt32] = [:]

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
    let escaped = known.map(\.escaped) ?? escape(resolved)
    verdicts[source.rawValue] = Verdict(resolved: resolved, segment: segment, escaped: escaped)
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
      if let escaped = verdict.escaped { released.append(SeriesID(rawValue: escaped)) }
    }
    verdicts = verdicts.filter { !isOld($0.value) }
    let ids = released
    registry.withTable { table in for id in ids { table.release(id) } }
    if !owners.isEmpty && !ids.isEmpty { forgetOwners() }
  }

  // MARK: - Names in 1.0

  /// From here on ``escapes`` says what series are called in 1.0.
  ///
  /// - Complexity: linear in the series of this shard the first time, then constant.
  mutating func beginEscaping(by scheme: NameEscaping) {
    guard escaping == nil else { return }
    escaping = scheme
    let known = verdicts
    for (source, verdict) in known {
      let escaped = escape(verdict.resolved)
      verdicts[source]?.escaped = escaped
    }
  }

  /// The series to send in 1.0 in place of `resolved`, held once more; nil if that can be sent as it is.
  ///
  /// Where another series is sent with the same labels already, it is that one.
  private mutating func escape(_ resolved: UInt32) -> UInt32? {
    guard let escaping, resolved < Self.unknown else { return nil }
    if let known = escapes.sent[resolved] {
      registry.withTable { $0.retain(SeriesID(rawValue: known)) }
      return known
    }
    let (needsNone, hasOwners) = (escaping != .dots, !owners.isEmpty)
    let labels = registry.withTable { table -> LabelSet? in
      let id = SeriesID(rawValue: resolved)
      return needsNone && !hasOwners && table.hasLegacyNames(id) ? nil : table.labels(of: id)
    }
    guard let labels else { return nil }
    let outgoing = labels.escaped(by: escaping)
    if owners.isEmpty {
      if outgoing == labels { return nil }
      findOwners()
    }
    let hash = outgoing.hashValue
    if let owner = owners[hash], owner != resolved {
      let isSame = registry.withTable { table in
        let isSame = table.labels(of: SeriesID(rawValue: owner)) == outgoing
        if isSame { table.retain(SeriesID(rawValue: owner)) }
        return isSame
      }
      if isSame {
        escapes.sent[resolved] = owner
        escapes.shared.insert(owner)
        return owner
      }
    }
    guard outgoing != labels else {
      owners[hash] = resolved
      return nil
    }
    let id = registry.withTable { $0.register(outgoing).rawValue }
    owners[hash] = id
    escapes.sent[resolved] = id
    return id
  }

  /// Notes the labels of all series that are sent as they are or under an escaped name.
  private mutating func findOwners() {
    let sent = Set(verdicts.values.map { $0.escaped ?? $0.resolved }.filter { $0 < Self.unknown })
    owners = registry.withTable { table in
      var owners: [Int: UInt32] = [:]
      for id in sent { owners[table.labels(of: SeriesID(rawValue: id)).hashValue] = id }
      return owners
    }
  }

  /// Forgets what was said of series that are no longer here.
  private mutating func forgetOwners() {
    escapes = .none
    var senders: [UInt32: Set<UInt32>] = [:]
    for verdict in verdicts.values where verdict.resolved < Self.unknown {
      if let escaped = verdict.escaped { escapes.sent[verdict.resolved] = escaped }
      senders[verdict.escaped ?? verdict.resolved, default: []].insert(verdict.resolved)
    }
    for (id, resolved) in senders where resolved.count > 1 { escapes.shared.insert(id) }
    owners = [:]
    if !escapes.isEmpty { findOwners() }
  }
}
