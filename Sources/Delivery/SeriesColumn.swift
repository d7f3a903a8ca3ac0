import MetricModel
import SampleLog

/// A number for each series, found by the number of the series: an array in pages, of which only those exist that hold
/// something.
///
/// The series of one target have neighbouring numbers, so a shard that has a fiftieth of all series has about a
/// fiftieth of the pages: four bytes for each of its series, and a sixty-fourth of a byte for each of the process's.
///
/// - Complexity: constant; what is done with a run of series is a copy of a few stretches.
struct SeriesColumn {
  static let pageBits: UInt32 = 8
  static let pageSize = 1 << Int(pageBits)
  private static let none = UInt32.max

  /// What a series has that nothing was said of.
  private let absent: UInt32
  /// Where each page begins in `storage`; ``none`` for one that does not exist.
  private var pages: [UInt32] = []
  private var storage: [UInt32] = []
  /// Pages of `storage` that are not used, by where they begin.
  private var free: [UInt32] = []

  init(absent: UInt32) { self.absent = absent }

  /// Whether nothing was said of any series.
  var isEmpty: Bool { storage.isEmpty }

  /// How many bytes the pages take.
  var byteCount: Int { (pages.count + storage.count) * 4 }

  subscript(series: UInt32) -> UInt32 {
    get {
      let page = Int(series >> Self.pageBits)
      guard page < pages.count, pages[page] != Self.none else { return absent }
      return storage[Int(pages[page]) + Int(series) % Self.pageSize]
    }
    set {
      storage[place(ofPage: Int(series >> Self.pageBits)) + Int(series) % Self.pageSize] = newValue
    }
  }

  /// Appends the numbers of a run of series to `column`.
  func append(_ run: SeriesRun, from first: Int, to column: inout [UInt32]) {
    var series = Int(run.first) + first
    let end = Int(run.first) + run.count
    while series < end {
      let page = series >> Int(Self.pageBits)
      let count = min(end, (page + 1) << Int(Self.pageBits)) - series
      if page < pages.count, pages[page] != Self.none {
        let place = Int(pages[page]) + series % Self.pageSize
        column.append(contentsOf: storage[place..<place + count])
      } else {
        column.append(contentsOf: repeatElement(absent, count: count))
      }
      series += count
    }
  }

  /// Calls `body` with each series that something was said of.
  func forEach(_ body: (_ series: UInt32, _ value: UInt32) -> Void) {
    for page in pages.indices where pages[page] != Self.none {
      for offset in 0..<Self.pageSize where storage[Int(pages[page]) + offset] != absent {
        body(UInt32(page << Int(Self.pageBits) + offset), storage[Int(pages[page]) + offset])
      }
    }
  }

  /// Calls `body` with each series that something was said of; it may change what that is. Pages without any are given
  /// back.
  mutating func updateEach(_ body: (_ series: UInt32, _ value: inout UInt32) -> Void) {
    for page in pages.indices where pages[page] != Self.none {
      let start = Int(pages[page])
      var isEmpty = true
      for offset in 0..<Self.pageSize where storage[start + offset] != absent {
        body(UInt32(page << Int(Self.pageBits) + offset), &storage[start + offset])
        if storage[start + offset] != absent { isEmpty = false }
      }
      if isEmpty {
        free.append(pages[page])
        pages[page] = Self.none
      }
    }
    if free.count * Self.pageSize == storage.count { removeAll() }
  }

  /// Forgets everything and gives the memory back.
  mutating func removeAll() {
    pages = []
    storage = []
    free = []
  }

  private mutating func place(ofPage page: Int) -> Int {
    if page >= pages.count { pages.append(contentsOf: repeatElement(Self.none, count: page + 1 - pages.count)) }
    if pages[page] == Self.none {
      if let unused = free.popLast() {
        pages[page] = unused
      } else {
        // Not more than there are numbers, which have 32 bits.
        pages[page] = UInt32(storage.count)
        storage.reserveEighth(for: Self.pageSize)
        storage.append(contentsOf: repeatElement(absent, count: Self.pageSize))
      }
    }
    return Int(pages[page])
  }
}
