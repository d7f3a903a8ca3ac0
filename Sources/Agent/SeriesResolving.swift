import Intake
import MetricModel
import RemoteWriteProtocol

/// What each series of a request is written as, in the request's order.
struct ResolvedSeries: Sendable {
  /// Absent for one that is not written.
  private(set) var marks: [SeriesMark]
  /// Where among the series that were read each of them stands, less one; 0 for one whose samples are in the
  /// recognition's columns. Empty where none was read.
  private(set) var sources: [UInt32] = []

  /// - Parameter count: of the series of a request of which all are read.
  init(count: Int) {
    marks = Array(repeating: .absent, count: count)
    sources = Array(repeating: 0, count: count)
  }

  /// Of a request of which some, or all, were recognised.
  init(_ recognition: Recognition) {
    marks = recognition.marks.map(SeriesMark.init(rawValue:))
    if recognition.restCount > 0 { sources = Array(repeating: 0, count: marks.count) }
  }

  /// Whether no series was read.
  var areAllRecognised: Bool { sources.isEmpty }

  /// Whether the series at `place` was read, and is not in the recognition's columns.
  func isRead(_ place: Int) -> Bool { !sources.isEmpty && sources[place] > 0 }

  /// Which of the request's series one that was read is.
  func source(of place: Int) -> Int { Int(sources[place]) - 1 }

  /// Says what the series at `place` is, which was read as number `source`.
  mutating func set(_ mark: SeriesMark, at place: Int, source: Int) {
    marks[place] = mark
    sources[place] = UInt32(source + 1)
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
  private var symbols = LabelSymbols()
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

  /// What `series` is to be written as; it is held from now on. What 2.0 says of a new one is noted in `families`, for
  /// endpoints of 1.0, which are told of families apart from the series.
  ///
  /// - Returns: absent if it is new and there is no room for it.
  mutating func resolve(
    _ series: DecodedSeries, _ families: inout PushedFamilies, _ held: inout PushedSeries, _ table: inout SeriesTable
  ) -> SeriesMark {
    let metadata = version == .v2 ? series.metadata ?? .none : metadata(of: series.labels, families)
    let labelBytes = series.labels.byteCount
    func mark(_ id: SeriesID, _ lane: UInt32) -> SeriesMark {
      SeriesMark(
        id, lane: lane, hasMetadata: metadata != .none, byteCount: labelBytes + (series.metadata?.byteCount ?? 0))
    }
    if texts.find(series.labels, in: table.symbols, into: &symbols), let family = symbols(of: metadata, table.symbols),
      let id = table.find(symbols, family), let lane = held.lane(of: id, at: nowMs)
    {
      return mark(id, lane)
    }
    guard held.hasRoom else { return .absent }
    let labels = series.labels.labelSet
    if version == .v2 && metadata != .none, let name = labels["__name__"] {
      families.note(PushedFamilies.family(ofMetric: name, metadata.type), metadata, at: nowMs)
    }
    let id = table.register(labels, metadata)
    let lane = PushLane.of(series.labels, scratch: &laneScratch)
    let bytes = labelBytes + series.labels.count * Self.labelBytes + metadata.byteCount
    held.hold(id, lane: lane, bytes: bytes, at: nowMs)
    return mark(id, lane)
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

  /// What a label takes beside its text, at most.
  private static let labelBytes = 8

  private static let nameLabel = Array("__name__".utf8)[...]
}
