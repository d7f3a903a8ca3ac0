import MetricModel

/// What a target's last pages looked like, line by line, so that a page is read as "the last one with other numbers".
///
/// It is known which entry followed which. Reading a page walks that chain: the next line is compared with the
/// hash of the line expected there, and only where they differ is a line parsed and looked up. A line that is dropped
/// by relabelling is remembered too, so its verdict is computed once.
///
/// What a page shows (``isSeen(_:)``, `isTracked`, the shown kinds) and what the log has (`isEstablished`, `isActive`,
/// the kinds) are kept apart: a page that fails or is not taken changes only the former, which the next page sets anew.
/// A page that shows what the page before did changes nothing but one bit for each line, and those lie together.
///
/// - Complexity: 12 bytes and a bit for a line, four more where its series is not the one behind that of the line before,
///   and four more once lines have come, gone or moved; while they do on page after page some six for an index. Every operation is constant, but for the first ``owner(of:)`` since the owners
///   were forgotten, and for the first look for a line by its hash after pages that needed none.
struct LineCache {
  struct Entry {
    // In halves, so that an entry needs no padding.
    private var hashLow: UInt32
    private var hashHigh: UInt32
    private var shortCount: UInt16
    var marks: Marks

    fileprivate init(hash: UInt64, byteCount: Int, marks: Marks) {
      hashLow = UInt32(truncatingIfNeeded: hash)
      hashHigh = UInt32(truncatingIfNeeded: hash >> 32)
      shortCount = UInt16(clamping: byteCount)
      self.marks = marks
    }

    var hash: UInt64 { UInt64(hashHigh) << 32 | UInt64(hashLow) }
    /// The length of the series text, or ``LineCache/byteCountMax`` if it is longer: such a line is looked up each time.
    var byteCount: Int { Int(shortCount) }
    var isLive: Bool { marks.contains(.live) }
    var isAlias: Bool { marks.contains(.alias) }
    var isDropped: Bool { marks.contains(.dropped) }
    var isEstablished: Bool { marks.contains(.established) }
    var isActive: Bool { marks.contains(.active) }
    var isTracked: Bool { marks.contains(.tracked) }
    var bringsTimestamps: Bool { marks.contains(.bringsTimestamps) }

    /// Whether the entry stands for a series itself.
    var isOwner: Bool { marks.isDisjoint(with: [.alias, .dropped]) }
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
    /// Relabelling drops the line.
    static let dropped = Marks(rawValue: 1024)
    static let kinds: Marks = [.histogram, .customBuckets]
    /// The same of the page that had the line last, which the log may not have taken.
    static let shownKinds = kinds.asShown
    /// The marks of a kind as those of a page.
    var asShown: Marks { Marks(rawValue: intersection(.kinds).rawValue << 2) }
    /// The kind that the page showed, as marks of what the log has.
    var shown: Marks { Marks(rawValue: intersection(.shownKinds).rawValue >> 2) }
    /// All that is to be said of nearly every line: a float without a timestamp, on this page as on the last. Dropped
    /// lines are never tracked.
    static let steady: Marks = [.live, .established, .active, .tracked]
  }

  /// What is given for the series of a line that relabelling drops.
  static let dropped = UInt32.max
  static let none = UInt32.max
  static let byteCountMax = Int(UInt16.max)

  private(set) var entries: [Entry] = []
  /// By entry, its series; for another spelling of a series that the page has already, with ``Marks/alias``, the entry of
  /// the first spelling; and ``dropped``.
  private(set) var series = LineSeries()
  /// One bit for each entry: whether the page that was read last has it, failed and refused ones included.
  var seen: [UInt64] = []
  /// How many entries that page has.
  var seenCount = 0
  private var free: [UInt32] = []
  /// By entry, the one that stood on the next line last time. Empty while that is the one with the next number for each
  /// of the first ``chainedCount`` entries, and none for the last of them and for all others: so they are numbered on
  /// the first page.
  private(set) var nexts: [UInt32] = []
  private(set) var chainedCount = 0
  /// Entries by their hash; nil until one must be found that is not where it was expected.
  private var index: NumberIndex?
  /// Whether the page being read, and the one before it, had lines to find by their hash.
  private var (needsIndex, neededIndex) = (false, false)
  /// Entries that are not aliases, by their series; nil until somebody asks.
  private var owners: NumberIndex?
  /// The entry of the first line.
  private var first = LineCache.none

  var count: Int { entries.count - free.count }

  /// Whether entries can be found by their hash without further ado.
  var isIndexed: Bool { index != nil }

  /// Begins a page that has no line yet.
  mutating func beginPage() {
    seenCount = 0
    for word in seen.indices { seen[word] = 0 }
    if !needsIndex { index = nil }
    (needsIndex, neededIndex) = (false, needsIndex)
  }

  func isSeen(_ entry: UInt32) -> Bool { seen[Int(entry >> 6)] & Self.bit(entry) != 0 }

  /// The first entry from `entry` on that the page does not have, live or not; nil if there is none.
  ///
  /// - Complexity: 64 entries a step.
  func firstUnseen(from entry: UInt32) -> UInt32? {
    var place = Int(entry >> 6)
    guard place < seen.count else { return nil }
    var unseen = ~seen[place] & ~(Self.bit(entry) - 1)
    while unseen == 0 {
      place += 1
      if place == seen.count { return nil }
      unseen = ~seen[place]
    }
    let found = place << 6 + unseen.trailingZeroBitCount
    return found < entries.count ? UInt32(found) : nil
  }

  /// Notes that the page has the line.
  ///
  /// - Returns: whether this is the first time on this page.
  @inline(__always)
  @discardableResult
  mutating func see(_ entry: UInt32) -> Bool {
    let bits = seen[Int(entry >> 6)]
    if bits & Self.bit(entry) != 0 { return false }
    seen[Int(entry >> 6)] = bits | Self.bit(entry)
    seenCount += 1
    return true
  }

  @inline(__always)
  static func bit(_ entry: UInt32) -> UInt64 { 1 << UInt64(entry & 63) }

  /// The entry expected on the line after `previous`, or on the first line.
  @inline(__always)
  func expected(after previous: UInt32) -> UInt32 {
    previous == Self.none ? first : next(of: previous)
  }

  /// The entry that is expected on the line after that of `entry`.
  @inline(__always)
  func next(of entry: UInt32) -> UInt32 {
    if !nexts.isEmpty { return nexts[Int(entry)] }
    return Int(entry) + 1 < chainedCount ? entry + 1 : Self.none
  }

  /// Remembers that `entry` stood on the line after `previous`.
  mutating func link(_ previous: UInt32, to entry: UInt32) {
    if previous == Self.none {
      first = entry
      if entry == 0 { chainedCount = max(chainedCount, 1) }
    } else if nexts.isEmpty && Int(entry) == chainedCount && entry == previous + 1 {
      chainedCount += 1
    } else {
      expect(entry, after: previous)
    }
  }

  /// Says which line is to be expected behind that of `entry`.
  mutating func expect(_ next: UInt32, after entry: UInt32) {
    if self.next(of: entry) == next { return }
    if nexts.isEmpty {
      nexts = (0..<UInt32(entries.count)).map(self.next)
    }
    nexts[Int(entry)] = next
  }

  mutating func find(hash: UInt64, byteCount: Int) -> UInt32? {
    let shortCount = min(byteCount, Self.byteCountMax)
    prepareIndex()
    return index?.find(hash) { entries[Int($0)].hash == hash && entries[Int($0)].byteCount == shortCount }
  }

  mutating func insert(hash: UInt64, byteCount: Int, series: UInt32, isAlias: Bool = false) -> UInt32 {
    var marks: Marks = isAlias ? [.live, .alias] : .live
    if series == Self.dropped { marks.insert(.dropped) }
    let entry = Entry(hash: hash, byteCount: byteCount, marks: marks)
    prepareIndex()
    let number: UInt32
    if let reused = free.popLast() {
      number = reused
      entries[Int(reused)] = entry
      self.series[reused] = series
    } else {
      number = UInt32(entries.count)
      entries.append(entry)
      self.series.append(series)
      if !nexts.isEmpty { nexts.append(Self.none) }
      if entries.count > seen.count * 64 { seen.append(0) }
    }
    if index?.isFull == true { index?.grow { [entries] in entries[Int($0)].hash } }
    index?.insert(number, hash: hash)
    if entry.isOwner && owners != nil { addOwner(number) }
    return number
  }

  mutating func setMarks(_ entry: UInt32, _ marks: Marks) { entries[Int(entry)].marks = marks }

  /// Gives a line another number for its series, as when the family's metadata changed.
  mutating func setSeries(_ entry: UInt32, _ series: SeriesID) {
    self.series[entry] = series.rawValue
    owners = nil
  }

  mutating func forget(_ number: UInt32) {
    let entry = entries[Int(number)]
    index?.remove(number, hash: entry.hash) { [entries] in entries[Int($0)].hash }
    if entry.isOwner && owners != nil { removeOwner(number) }
    entries[Int(number)].marks = []
    free.append(number)
  }

  /// The entry that stands for `series` itself, if the page has one.
  ///
  /// - Complexity: O(lines) if the owners are not known, else constant.
  mutating func owner(of series: SeriesID) -> UInt32? {
    if owners == nil {
      owners = NumberIndex()
      for number in entries.indices where entries[number].isLive && entries[number].isOwner {
        addOwner(UInt32(number))
      }
    }
    return owners?.find(Self.hash(series.rawValue)) { self.series[$0] == series.rawValue }
  }

  /// Gives back memory that only new lines need, of which there are many on a target's first page alone.
  mutating func settle() {
    owners = nil
    // Where lines come and go on every page, what is kept costs less than to make it again each time.
    if !neededIndex { index = nil }
    entries.fit()
    series.settle()
  }

  private mutating func prepareIndex() {
    needsIndex = true
    guard index == nil else { return }
    var index = NumberIndex()
    for number in entries.indices where entries[number].isLive {
      index.insert(UInt32(number), hash: entries[number].hash) { [entries] in entries[Int($0)].hash }
    }
    self.index = index
  }

  // Numbers are dense, so one multiplication spreads them; it wraps by intent.
  private static func hash(_ series: UInt32) -> UInt64 { (UInt64(series) &* 0x9e37_79b9_7f4a_7c15) >> 32 }

  private mutating func addOwner(_ number: UInt32) {
    owners?.insert(number, hash: Self.hash(series[number])) { [series] in Self.hash(series[$0]) }
  }

  private mutating func removeOwner(_ number: UInt32) {
    owners?.remove(number, hash: Self.hash(series[number])) { [series] in Self.hash(series[$0]) }
  }
}
