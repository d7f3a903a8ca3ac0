import MetricModel

/// What senders say of metric families. 1.0 has it apart from the series, and at other times; 2.0 wants it with each
/// series. So it is kept here for both: looked up by name for what 1.0 senders bring, told to endpoints of 1.0.
///
/// Where senders disagree, the one that was there first is believed until it has not repeated itself for a while: a
/// description that went back and forth would make a new series of each of the family's series every time.
struct PushedFamilies: Sendable {
  private struct Entry {
    var metadata: MetricMetadata
    var confirmedMs: Int64
  }

  /// How long a description stands against another one. Senders repeat theirs each minute.
  static let trustMs: Int64 = 5 * 60 * 1000

  /// A description with more bytes is not kept. The log has it with the series in every segment and lane.
  static let descriptionBytesMax = 256 << 10

  let familiesMax: Int
  let bytesMax: Int
  private var names = SymbolTable()
  /// By the number of the name, less one.
  private var entries: [Entry] = []
  private var byteCount = 0
  private var unkeptCount = 0

  init(familiesMax: Int, bytesMax: Int) {
    self.familiesMax = familiesMax
    self.bytesMax = bytesMax
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Rises whenever a description comes or changes: until then every metric has the metadata that it had.
  private(set) var generation: UInt64 = 0

  /// All families, in the order in which they first came.
  var all: [(name: String, metadata: MetricMetadata)] {
    entries.indices.map { (names.string(of: UInt32($0 + 1)), entries[$0].metadata) }
  }

  /// How many descriptions were not kept since the last call, because of a bound.
  mutating func takeUnkept() -> Int {
    defer { unkeptCount = 0 }
    return unkeptCount
  }

  mutating func note(_ name: String, _ metadata: MetricMetadata, at nowMs: Int64) {
    if name.isEmpty { return }
    let size = metadata.byteCount
    if size > Self.descriptionBytesMax { return unkeptCount += 1 }
    if let number = names.find(ArraySlice(name.utf8)) {
      let index = Int(number) - 1
      if entries[index].metadata == metadata {
        entries[index].confirmedMs = max(entries[index].confirmedMs, nowMs)
      } else if nowMs - entries[index].confirmedMs >= Self.trustMs {
        let change = size - entries[index].metadata.byteCount
        if byteCount + change > bytesMax { return unkeptCount += 1 }
        byteCount += change
        generation += 1
        entries[index] = Entry(metadata: metadata, confirmedMs: nowMs)
      }
      return
    }
    guard entries.count < familiesMax, byteCount + size + name.utf8.count <= bytesMax else {
      return unkeptCount += 1
    }
    byteCount += size + name.utf8.count
    generation += 1
    names.intern(name)
    entries.append(Entry(metadata: metadata, confirmedMs: nowMs))
  }

  /// What is known of the family that a metric of this name belongs to.
  ///
  /// A family has its own name, or the name without the ending that its type gives to this series.
  func metadata(ofMetric name: ArraySlice<UInt8>) -> MetricMetadata {
    if entries.isEmpty { return .none }
    if let known = entry(name) { return known }
    for (suffix, types) in Self.suffixes where name.count > suffix.count && name.suffix(suffix.count) == suffix[...] {
      if let known = entry(name.dropLast(suffix.count)), types.contains(known.type) { return known }
    }
    return .none
  }

  /// The family that a series of this metric belongs to, where its own metadata says of what type that is.
  ///
  /// A counter is called as its series, which is how the text format has it.
  static func family(ofMetric name: String, _ type: MetricMetadata.MetricType) -> String {
    guard type != .counter && type != .info else { return name }
    for (suffix, types) in suffixes where types.contains(type) && name.utf8.count > suffix.count {
      if name.utf8.suffix(suffix.count).elementsEqual(suffix) {
        return String(decoding: name.utf8.dropLast(suffix.count), as: UTF8.self)
      }
    }
    return name
  }

  private func entry(_ name: ArraySlice<UInt8>) -> MetricMetadata? {
    names.find(name).flatMap { $0 == 0 ? nil : entries[Int($0) - 1].metadata }
  }

  private static let suffixes: [(suffix: [UInt8], types: Set<MetricMetadata.MetricType>)] = [
    (Array("_total".utf8), [.counter]),
    (Array("_created".utf8), [.counter, .histogram, .summary]),
    (Array("_bucket".utf8), [.histogram, .gaugeHistogram]),
    (Array("_count".utf8), [.histogram, .summary]),
    (Array("_sum".utf8), [.histogram, .summary]),
    (Array("_gcount".utf8), [.gaugeHistogram]),
    (Array("_gsum".utf8), [.gaugeHistogram]),
    (Array("_info".utf8), [.info]),
  ]
}
