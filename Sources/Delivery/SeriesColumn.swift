import MetricModel
import SampleLog

/// A number for each series, found by the number of the series: an array in pages. Of a page whose series all have the
/// same number nothing is kept but that number.
///
/// The series of one target have neighbouring numbers, so a shard that has a fiftieth of all series has about a fiftieth
/// of the pages. A page takes a kilobyte while its numbers differ, and twelve bytes while they do not, as those of its
/// series that were mentioned last in the same segment.
///
/// - Complexity: constant; what is done with a run of series is a copy of a few stretches.
struct SeriesColumn {
  static let pageBits: UInt32 = 8
  static let pageSize = 1 << Int(pageBits)
  private static let none = UInt32.max

  private struct Page {
    /// Where its numbers begin in ``SeriesColumn/storage``; ``SeriesColumn/none`` while all of them are `value`.
    var place: UInt32
    /// The number that was said last.
    var value: UInt32
    /// How many of the numbers are `value`, as far as they were counted: so many at least.
    var count: UInt32

    var isUniform: Bool { place == SeriesColumn.none }
  }

  /// What a series has that nothing was said of.
  private let absent: UInt32
  private var pages: [Page] = []
  private var storage: [UInt32] = []
  /// Pages of `storage` that are not used, by where they begin.
  private var free: [UInt32] = []
  /// How many pages hold something.
  private var usedCount = 0

  init(absent: UInt32) { self.absent = absent }

  /// Whether nothing was said of any series.
  var isEmpty: Bool { usedCount == 0 }

  /// How many bytes the pages take.
  var byteCount: Int { pages.count * MemoryLayout<Page>.stride + storage.count * 4 }

  subscript(series: UInt32) -> UInt32 {
    get {
      let number = Int(series >> Self.pageBits)
      guard number < pages.count else { return absent }
      let page = pages[number]
      return page.isUniform ? page.value : storage[Int(page.place) + Int(series) % Self.pageSize]
    }
    set { set(newValue, at: Int(series) % Self.pageSize, ofPage: Int(series >> Self.pageBits)) }
  }

  /// Appends the numbers of a run of series to `column`.
  func append(_ run: SeriesRun, from first: Int, to column: inout [UInt32]) {
    var series = Int(run.first) + first
    let end = Int(run.first) + run.count
    while series < end {
      let number = series >> Int(Self.pageBits)
      let count = min(end, (number + 1) << Int(Self.pageBits)) - series
      if number < pages.count, !pages[number].isUniform {
        let place = Int(pages[number].place) + series % Self.pageSize
        column.append(contentsOf: storage[place..<place + count])
      } else {
        let value = number < pages.count ? pages[number].value : absent
        column.append(addingCapacity: count) { $0.append(repeating: value, count: count) }
      }
      series += count
    }
  }

  /// Calls `body` with each series that something was said of.
  func forEach(_ body: (_ series: UInt32, _ value: UInt32) -> Void) {
    for number in pages.indices {
      let page = pages[number]
      if page.isUniform && page.value == absent { continue }
      for offset in 0..<Self.pageSize {
        let value = page.isUniform ? page.value : storage[Int(page.place) + offset]
        if value != absent { body(UInt32(number << Int(Self.pageBits) + offset), value) }
      }
    }
  }

  /// Calls `body` with each series that something was said of; it may change what that is. Pages without any are given
  /// back.
  mutating func updateEach(_ body: (_ series: UInt32, _ value: inout UInt32) -> Void) {
    for number in pages.indices {
      if pages[number].isUniform && pages[number].value == absent { continue }
      for offset in 0..<Self.pageSize {
        // A change may give the page a place, or take it back.
        let page = pages[number]
        let known = page.isUniform ? page.value : storage[Int(page.place) + offset]
        if known == absent { continue }
        var value = known
        body(UInt32(number << Int(Self.pageBits) + offset), &value)
        if value != known { set(value, at: offset, ofPage: number) }
      }
      if !pages[number].isUniform { recount(number) }
    }
    if isEmpty { removeAll() }
  }

  /// Forgets everything and gives the memory back.
  mutating func removeAll() {
    pages = []
    storage = []
    free = []
    usedCount = 0
  }

  // MARK: - Pages

  private mutating func set(_ value: UInt32, at offset: Int, ofPage number: Int) {
    if number >= pages.count {
      if value == absent { return }
      let page = Page(place: Self.none, value: absent, count: UInt32(Self.pageSize))
      pages.append(contentsOf: repeatElement(page, count: number + 1 - pages.count))
    }
    if pages[number].isUniform {
      if pages[number].value == value { return }
      spread(number)
    }
    let place = Int(pages[number].place) + offset
    let before = storage[place]
    if before == value { return }
    storage[place] = value
    if pages[number].value != value {
      pages[number].value = value
      pages[number].count = 1
    } else {
      pages[number].count += 1
      if pages[number].count == Self.pageSize { gather(number) }
    }
  }

  /// Gives a page whose numbers are all the same a place for each of them.
  private mutating func spread(_ number: Int) {
    let value = pages[number].value
    if value == absent { usedCount += 1 }
    if let unused = free.popLast() {
      pages[number].place = unused
      for place in Int(unused)..<Int(unused) + Self.pageSize { storage[place] = value }
    } else {
      // Not more than there are numbers, which have 32 bits.
      pages[number].place = UInt32(storage.count)
      storage.reserveSparingly(for: Self.pageSize)
      storage.append(contentsOf: repeatElement(value, count: Self.pageSize))
    }
  }

  /// Gives back the place of a page whose numbers are all ``Page/value``.
  private mutating func gather(_ number: Int) {
    free.append(pages[number].place)
    pages[number].place = Self.none
    pages[number].count = UInt32(Self.pageSize)
    if pages[number].value == absent { usedCount -= 1 }
    if free.count * Self.pageSize == storage.count { (storage, free) = ([], []) }
  }

  /// Counts how many numbers of a page are like its first one.
  private mutating func recount(_ number: Int) {
    let start = Int(pages[number].place)
    let value = storage[start]
    var count: UInt32 = 0
    for place in start..<start + Self.pageSize where storage[place] == value { count += 1 }
    (pages[number].value, pages[number].count) = (value, count)
    if count == Self.pageSize { gather(number) }
  }
}
