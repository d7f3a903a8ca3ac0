import MetricModel

/// What a target's last pages looked like, line by line, so that a page is read as "the last one with other numbers".
///
/// Each entry remembers which entry followed it. Reading a page walks that chain: the next line is compared with the
/// hash of the line expected there, and only where they differ is a line parsed and looked up. A line that is dropped
/// by relabelling is remembered too, so its verdict is computed once.
///
/// What a page shows (`lastSeen`, `isTracked`, the shown kinds) and what the log has (`isEstablished`, `isActive`, the kinds) are kept apart: a
/// page that fails or is not taken changes only the former, which the next page sets anew.
///
/// - Complexity: 32 bytes a line and some twelve in its two indexes; every operation constant.
struct LineCache {
  struct Entry {
    var hash: UInt64
    var byteCount: UInt32
    /// The series, or ``LineCache/dropped``, or, for another spelling of a series that the page has already, the entry
    /// of the first spelling with ``Marks/alias`` set.
    var series: UInt32
    /// The page that had the line last, failed and refused ones included.
    var lastSeen: UInt32
    /// The entry that stood on the next line last time.
    var next: UInt32
    var marks: Marks

    var isLive: Bool { marks.contains(.live) }
    var isAlias: Bool { marks.contains(.alias) }
    var isEstablished: Bool { marks.contains(.established) }
    var isActive: Bool { marks.contains(.active) }
    var isTracked: Bool { marks.contains(.tracked) }
    var bringsTimestamps: Bool { marks.contains(.bringsTimestamps) }

    fileprivate mutating func see(_ page: UInt32, _ marks: Marks) {
      lastSeen = page
      self.marks = marks
    }

    /// Whether the entry stands for a series itself.
    var isOwner: Bool { !marks.contains(.alias) && series != LineCache.dropped }
  }

  struct Marks: OptionSet {
    var rawValue: UInt16
    static let live = Marks(rawValue: 1)
    static let alias = Marks(rawValue: 2)
    /// A page that the log took had the line.
    static let established = Marks(rawValue: 4)
    /// The log has a sample of the line and no stale marker after it: it is owed one when the line vanishes.
    static let active = Marks(rawValue: 8)
    /// The page that had the line last gave it a sample whose end is to be marked.
    static let tracked = Marks(rawValue: 16)
    /// The line had a timestamp of its own on some page.
    static let bringsTimestamps = Marks(rawValue: 32)
    /// The log's last sample of the line was a histogram.
    static let histogram = Marks(rawValue: 64)
    /// It had custom buckets.
    static let customBuckets = Marks(rawValue: 128)
    static let kinds: Marks = [.histogram, .customBuckets]
    /// The same of the page that had the line last, which the log may not have taken.
    static let shownKinds = kinds.asShown
    /// The marks of a kind as those of a page.
    var asShown: Marks { Marks(rawValue: intersection(.kinds).rawValue << 2) }
    /// The kind that the page showed, as marks of what the log has.
    var shown: Marks { Marks(rawValue: intersection(.shownKinds).rawValue >> 2) }
    /// What a plain float has none of.
    static let unusual: Marks = [.alias, .bringsTimestamps, .kinds, .shownKinds]
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
      hash: hash, byteCount: UInt32(byteCount), series: series, lastSeen: 0, next: Self.none,
      marks: isAlias ? [.live, .alias] : .live)
    let number: UInt32
    if let reused = free.popLast() {
      number = reused
      entries[Int(reused)] = entry
    } else {
      number = UInt32(entries.count)
      entries.append(entry)
    }
    index.insert(number, hash: hash) { [entries] in entries[Int($0)].hash }
    if entry.isOwner { addOwner(number) }
    return number
  }

  mutating func markSeen(_ entry: UInt32, page: UInt32, _ marks: Marks) {
    entries[Int(entry)].see(page, marks)
  }

  mutating func setMarks(_ entry: UInt32, _ marks: Marks) { entries[Int(entry)].marks = marks }

  /// Gives a line another number for its series, as when the family's metadata changed.
  mutating func setSeries(_ entry: UInt32, _ series: SeriesID) {
    removeOwner(entry)
    entries[Int(entry)].series = series.rawValue
    addOwner(entry)
  }

  mutating func forget(_ number: UInt32) {
    let entry = entries[Int(number)]
    index.remove(number, hash: entry.hash) { [entries] in entries[Int($0)].hash }
    if entry.isOwner { removeOwner(number) }
    entries[Int(number)].marks = []
    free.append(number)
  }

  /// The entry that stands for `series` itself, if the page has one.
  func owner(of series: SeriesID) -> UInt32? {
    owners.find(Self.hash(series.rawValue)) { entries[Int($0)].series == series.rawValue }
  }

  // Numbers are dense, so one multiplication spreads them; it wraps by intent.
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
