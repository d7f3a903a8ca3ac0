/// A hash index from content to numbers, for tables that keep the content elsewhere.
///
/// Open addressing with linear probing; a removal shifts later entries back, so look-ups never slow down with churn. The
/// bits that a place does not need for its number are some of the hash: what is passed over on the way is mostly known to
/// be another content without a look at it, which would bring a line of memory from afar for each.
/// - Complexity: expected constant time; four bytes an entry at a load of at most three quarters, and of three fifths at
///   least where there are many entries.
public struct NumberIndex: Sendable {
  /// A stored number plus one, in the bits of ``numberMask``, and the tag of its hash in the others; 0 marks an empty place.
  private var places: [UInt32] = Array(repeating: 0, count: 16)
  /// Grows with the numbers.
  private var numberMask: UInt32 = 0xffff
  /// From so many places on an index is large.
  private static let largeMin = 1 << 16
  /// An index of fewer places is emptied and not made anew, however few of them are taken.
  private static let sparseMin = 256
  public private(set) var count = 0

  public init() {}

  public func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
    let tag = Self.tag(of: hash)
    var place = home(of: hash)
    while places[place] != 0 {
      let number = number(at: place)
      if (places[place] ^ tag) & ~numberMask == 0 && matches(number) { return number }
      place = following(place)
    }
    return nil
  }

  /// - Parameter hashOf: the hash of a number stored earlier, asked for when the index grows.
  public mutating func insert(_ number: UInt32, hash: UInt64, hashOf: (UInt32) -> UInt64) {
    if isFull { grow(hashOf: hashOf) }
    insert(number, hash: hash)
  }

  /// Whether the next number needs ``grow(hashOf:)`` before it.
  public var isFull: Bool { (count + 1) * 4 > places.count * 3 }

  /// Inserts a number into an index that is not full, for whoever cannot say for nothing what others hash to: a closure
  /// that looks at three arrays counts the owners of each, also when the index need not grow.
  public mutating func insert(_ number: UInt32, hash: UInt64) {
    precondition(!isFull, "an index that is full has to grow first")
    if number >= numberMask { widen(for: number) }
    put(number, hash)
    count += 1
  }

  /// Makes room for more numbers.
  ///
  /// - Parameter hashOf: the hash of a number stored earlier.
  public mutating func grow(hashOf: (UInt32) -> UInt64) {
    let old = places
    // A large one is memory of each series, and grows by no more than a quarter; a small one is not worth the more work.
    places = Array(repeating: 0, count: old.count < Self.largeMin ? old.count * 2 : old.count / 4 * 5)
    for place in old where place != 0 {
      let number = (place & numberMask) - 1
      put(number, hashOf(number))
    }
  }

  public mutating func remove(_ number: UInt32, hash: UInt64, hashOf: (UInt32) -> UInt64) {
    var hole = home(of: hash)
    while places[hole] & numberMask != number + 1 {
      if places[hole] == 0 { return }
      hole = following(hole)
    }
    count -= 1
    // Close the hole: an entry moves back unless that would put it before the place its hash asks for.
    var next = following(hole)
    while places[next] != 0 {
      if distance(from: home(of: hashOf(self.number(at: next))), to: next) >= distance(from: hole, to: next) {
        places[hole] = places[next]
        hole = next
      }
      next = following(next)
    }
    places[hole] = 0
  }

  /// Forgets all numbers. The memory is kept for about as many.
  public mutating func removeAll() {
    if count == 0 { return }
    if places.count > Self.sparseMin && count < places.count / 16 {
      self = NumberIndex()
    } else {
      for place in places.indices { places[place] = 0 }
      count = 0
    }
  }

  /// The place that a hash asks for: its lower half, as a fraction, of all places.
  private func home(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(truncatingIfNeeded: hash)) &* UInt64(places.count)) >> 32)
  }

  private func following(_ place: Int) -> Int { place + 1 == places.count ? 0 : place + 1 }

  /// How many steps it is to a place, past the end and on from the beginning where it must be.
  private func distance(from: Int, to place: Int) -> Int { place >= from ? place - from : place - from + places.count }

  private func number(at place: Int) -> UInt32 { (places[place] & numberMask) - 1 }

  /// The half of the hash that a place is asked for by, with the bits that say least of the place in front: of those most
  /// are left.
  private static func tag(of hash: UInt64) -> UInt32 {
    let half = UInt32(truncatingIfNeeded: hash)
    return half << 16 | half >> 16
  }

  private mutating func put(_ number: UInt32, _ hash: UInt64) {
    let word = (Self.tag(of: hash) & ~numberMask) | (number + 1)
    Self.put(word, from: home(of: hash), in: &places)
  }

  /// Takes the array as it is, so that its owner is looked at once.
  private static func put(_ word: UInt32, from home: Int, in places: inout [UInt32]) {
    var places = places.mutableSpan
    var place = home
    while places[place] != 0 { place = place + 1 == places.count ? 0 : place + 1 }
    places[place] = word
  }

  /// Leaves fewer bits to the tags, so that `number` has room.
  private mutating func widen(for number: UInt32) {
    let narrow = numberMask
    while number >= numberMask && numberMask != .max { numberMask = numberMask << 4 | 0xf }
    for place in places.indices where places[place] != 0 {
      places[place] = (places[place] & ~numberMask) | (places[place] & narrow)
    }
  }
}
