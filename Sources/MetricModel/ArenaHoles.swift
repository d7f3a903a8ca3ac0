/// Places in an arena that were freed, by how much room they have. A text takes one of just its size: what comes and goes
/// is mostly alike, and so the arena stays as it is, where appending alone would copy it anew again and again.
///
/// - Complexity: constant time; four bytes for each place.
struct ArenaHoles: Sendable {
  /// More units than this have no list: such texts are rare.
  static let unitsMax = 64

  /// By units of room.
  private var places = [[UInt32]](repeating: [], count: ArenaHoles.unitsMax + 1)

  /// A place of exactly so much room, which is no hole any more.
  mutating func take(units: Int) -> UInt32? { units <= Self.unitsMax ? places[units].popLast() : nil }

  mutating func add(_ place: UInt32, units: Int) {
    if units <= Self.unitsMax { places[units].append(place) }
  }

  mutating func removeAll() { for units in places.indices where !places[units].isEmpty { places[units] = [] } }
}
