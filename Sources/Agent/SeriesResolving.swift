import MetricModel
import RemoteWriteProtocol

/// The numbers and lanes of a request's series, in the request's order.
struct ResolvedSeries: Sendable {
  private(set) var ids: [SeriesID] = []
  private(set) var lanes: [UInt32] = []
  private(set) var haveMetadata: [Bool] = []

  init(count: Int) {
    ids.reserveCapacity(count)
    lanes.reserveCapacity(count)
    haveMetadata.reserveCapacity(count)
  }

  mutating func append(_ id: SeriesID, lane: UInt32, hasMetadata: Bool) {
    ids.append(id)
    lanes.append(lane)
    haveMetadata.append(hasMetadata)
  }
}

/// Finds the series of a request in the process's table, and registers those that are new to it.
///
/// - Complexity: a known series costs a look-up by the numbers of its labels and one by its own number; a new one also
///   its registration.
struct SeriesResolving {
  private let version: WriteMessageVersion
  private let nowMs: Int64
  private var texts: PushedSymbols
  /// Reused from series to series.
  private var symbols: [UInt32] = []
  private var laneScratch: [UInt8] = []
  /// What the last series had, as its neighbour mostly has too.
  private var lastName: ArraySlice<UInt8> = []
  private var lastMetadata = MetricMetadata.none
  private var lastFamily: (metadata: MetricMetadata, symbols: MetadataSymbols) = (
    .none, MetadataSymbols(type: .unknown, help: 0, unit: 0)
  )

  init(version: WriteMessageVersion, nowMs: Int64) {
    self.version = version
    self.nowMs = nowMs
    texts = PushedSymbols(version)
  }

  /// Appends the number and the lane of `series`, which is held from now on. What 2.0 says of a new one is noted in
  /// `families`, for endpoints of 1.0, which are told of families apart from the series.
  ///
  /// - Returns: false if it is new and there is no room for it; nothing was appended then.
  mutating func resolve(
    _ series: DecodedSeries, _ families: inout PushedFamilies, _ held: inout PushedSeries, _ table: inout SeriesTable,
    into resolved: inout ResolvedSeries
  ) -> Bool {
    let metadata = version == .v2 ? series.metadata ?? .none : metadata(of: series.labels, families)
    if texts.find(series.labels, in: table.symbols, into: &symbols), let family = symbols(of: metadata, table.symbols),
      let id = table.find(symbols, family), let lane = held.lane(of: id, at: nowMs)
    {
      resolved.append(id, lane: lane, hasMetadata: metadata != .none)
      return true
    }
    guard held.hasRoom else { return false }
    let labels = series.labels.labelSet
    if version == .v2 && metadata != .none, let name = labels["__name__"] {
      families.note(PushedFamilies.family(ofMetric: name, metadata.type), metadata, at: nowMs)
    }
    let id = table.register(labels, metadata)
    let lane = PushLane.of(series.labels, scratch: &laneScratch)
    let bytes = series.labels.byteCount + series.labels.count * Self.labelBytes + metadata.byteCount
    held.hold(id, lane: lane, bytes: bytes, at: nowMs)
    resolved.append(id, lane: lane, hasMetadata: metadata != .none)
    return true
  }

  /// What 1.0 senders said of the series' family.
  private mutating func metadata(of labels: DecodedLabels, _ families: PushedFamilies) -> MetricMetadata {
    if families.isEmpty { return .none }
    guard let index = (0..<labels.count).first(where: { labels.name(at: $0) == Self.nameLabel }) else { return .none }
    let name = labels.value(at: index)
    if name != lastName {
      lastName = name
      lastMetadata = families.metadata(ofMetric: name)
    }
    return lastMetadata
  }

  /// Nil if the table does not know one of the texts.
  private mutating func symbols(of metadata: MetricMetadata, _ table: SymbolTable) -> MetadataSymbols? {
    if metadata != lastFamily.metadata {
      guard let help = table.find(ArraySlice(metadata.help.utf8)), let unit = table.find(ArraySlice(metadata.unit.utf8))
      else { return nil }
      lastFamily = (metadata, MetadataSymbols(type: metadata.type, help: help, unit: unit))
    }
    return lastFamily.symbols
  }

  /// What a label takes beside its text: two numbers.
  private static let labelBytes = 8

  private static let nameLabel = Array("__name__".utf8)[...]
}
