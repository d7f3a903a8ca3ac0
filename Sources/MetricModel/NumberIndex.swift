/// A hash index from content to numbers, for tables that keep the content elsewhere.
///
/// Open addressing with linear probing; a removal shifts later entries back, so look-ups never slow down with churn.
/// - Complexity: expected constant time; four bytes an entry at a load of at most three quarters.
public struct NumberIndex: Sendable {
  /// A stored number plus one; 0 marks an empty place.
  private var places: [UInt32] = Array(repeating: 0, count: 16)
  public private(set) var count = 0

  public init() {}

  private var mask: Int { places.count - 1 }

  public func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
    var place = Int(truncatingIfNeeded: hash) & mask
    while places[place] != 0 {
      let number = places[place] - 1
      if matches(number) { return number }
      place = (place + 1) & mask
    }
    return nil
  }

  /// - Parameter hashOf: the hash of a number stored earlier, asked for when the index grows.
  public mutating func insert(_ number: UInt32, hash: UInt64, hashOf: (UInt32) -> UInt64) {
    if (count + 1) * 4 > places.count * 3 { grow(hashOf) }
    put(number, hash)
    count += 1
  }

  public mutating func remove(_ number: UInt32, hash: UInt64, hashOf: (UInt32) -> UInt64) {
    var hole = Int(truncatingIfNeeded: hash) & mask
    while places[hole] != number + 1 {
      if places[hole] == 0 { return }
      hole = (hole + 1) & mask
    }
    count -= 1
    // Close the hole: an entry moves back unless that would put it before the place its hash asks for.
    var next = (hole + 1) & mask
    while places[next] != 0 {
      let home = Int(truncatingIfNeeded: hashOf(places[next] - 1)) & mask
      if (next - home) & mask >= (next - hole) & mask {
        places[hole] = places[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    places[hole] = 0
  }

  private mutating func put(_ number: UInt32, _ hash: UInt64) {
    var place = Int(truncatingIfNeeded: hash) & mask
    while places[place] != 0 { place = (place + 1) & mask }
    places[place] = number + 1
  }

  private mutating func grow(_ hashOf: (UInt32) -> UInt64) {
    let old = places
    places = Array(repeating: 0, count: old.count * 2)
    for place in old where place != 0 { put(place - 1, hashOf(place - 1)) }
  }
}
