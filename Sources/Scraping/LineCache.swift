import MetricModel

/// What a target's last pages looked like, line by line, so that a page is read as "the last one with other numbers".
///
/// Each entry remembers which entry followed it. Reading a page walks that chain: the next line is compared with the
/// hash of the line expected there, and only where they differ is a line parsed and looked up. A line that is dropped
/// by relabelling is remembered too, so its verdict is computed once.
///
/// - Complexity: 32 bytes a line and some twelve in its two indexes; every operation constant but `settlePage`.
struct LineCache {
  struct Entry {
    var hash: UInt64
    var byteCount: UInt32
    /// The series, or ``LineCache/dropped``, or, for another spelling of a series that the page has already, the entry
    /// of the first spelling with ``isAlias`` set.
    var series: UInt32
    /// The scrape that saw the line last.
    var lastSeen: UInt32
    /// The entry that stood on the next line last time.
    var next: UInt32
    /// Whether the line had its own timestamp when it was seen last; such a series gets no stale marker by default.
    var hasOwnTimestamp: Bool
    var isAlias: Bool
    /// Whether a whole page had the line: only then do its samples exist, and can it end.
    var isEstablished: Bool
    var isLive: Bool

    /// Whether the end of the line is marked with a stale marker.
    func canEnd(_ tracksOwnTimestamps: Bool) -> Bool {
      isEstablished && !isAlias && series != LineCache.dropped && (!hasOwnTimestamp || tracksOwnTimestamps)
    }
  }

  /// The series of a line that relabelling drops.
  static let dropped = UInt32.max
  static let none = UInt32.max

  private(set) var entries: [Entry] = []
  private var free: [UInt32] = []
  private var index = NumberIndex()
  /// Entries that are not aliases, by their series.
  private var owners = NumberIndex()
  /// The entry of the first line.
  private var first = LineCache.none

  var count: Int { entries.count - free.count }

  /// The entry expected on the line after `previous`, or on the first line.
  func expected(after previous: UInt32) -> UInt32 {
    previous == Self.none ? first : entries[Int(previous)].next
  }

  /// Remembers that `entry` stood on the line after `previous`.
  mutating func link(_ previous: UInt32, to entry: UInt32) {
    if previous == Self.none {
      first = entry
    } else if entries[Int(previous)].next != entry {
      entries[Int(previous)].next = entry
    }
  }

  func find(hash: UInt64, byteCount: Int) -> UInt32? {
    index.find(hash) { entries[Int($0)].hash == hash && entries[Int($0)].byteCount == UInt32(byteCount) }
  }

  mutating func insert(hash: UInt64, byteCount: Int, series: UInt32, isAlias: Bool = false) -> UInt32 {
    let entry = Entry(
      hash: hash, byteCount: UInt32(byteCount), series: series, lastSeen: 0, next: Self.none, hasOwnTimestamp: false,
      isAlias: isAlias, isEstablished: false, isLive: true)
    let number: UInt32
    if let reused = free.popLast() {
      number = reused
      entries[Int(reused)] = entry
    } else {
      number = UInt32(entries.count)
      entries.append(entry)
    }
    index.insert(number, hash: hash) { [entries] in entries[Int($0)].hash }
    if Self.isOwner(entry) { addOwner(number) }
    return number
  }

  mutating func markSeen(_ entry: UInt32, scrape: UInt32, hasOwnTimestamp: Bool) {
    entries[Int(entry)].lastSeen = scrape
    entries[Int(entry)].hasOwnTimestamp = hasOwnTimestamp
  }

  /// Gives a line another number for its series, as when the family's metadata changed.
  mutating func setSeries(_ entry: UInt32, _ series: SeriesID) {
    removeOwner(entry)
    entries[Int(entry)].series = series.rawValue
    addOwner(entry)
  }

  /// Ends a page that was read whole: establishes the lines that scrape number `scrape` saw and forgets the others,
  /// handing each to `forgotten` first.
  mutating func settlePage(_ scrape: UInt32, forgotten: (Entry) -> Void) {
    for number in 0..<UInt32(entries.count) {
      let entry = entries[Int(number)]
      guard entry.isLive else { continue }
      guard entry.lastSeen != scrape else {
        entries[Int(number)].isEstablished = true
        continue
      }
      forgotten(entry)
      index.remove(number, hash: entry.hash) { [entries] in entries[Int($0)].hash }
      if Self.isOwner(entry) { removeOwner(number) }
      entries[Int(number)].isLive = false
      free.append(number)
    }
  }

  /// The entry that stands for `series` itself, if the page has one.
  func owner(of series: SeriesID) -> UInt32? {
    owners.find(Self.hash(series.rawValue)) { entries[Int($0)].series == series.rawValue }
  }

  private static func isOwner(_ entry: Entry) -> Bool { !entry.isAlias && entry.series != dropped }

  private static func hash(_ series: UInt32) -> UInt64 { UInt64(series) &* 0x9e37_79b9_7f4a_7c15 >> 16 }

  private mutating func addOwner(_ number: UInt32) {
    owners.insert(number, hash: Self.hash(entries[Int(number)].series)) { [entries] in
      Self.hash(entries[Int($0)].series)
    }
  }

  private mutating func removeOwner(_ number: UInt32) {
    owners.remove(number, hash: Self.hash(entries[Int(number)].series)) { [entries] in
      Self.hash(entries[Int($0)].series)
    }
  }
}
