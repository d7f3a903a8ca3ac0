import ByteCoding

/// The series that pushes have brought lately, by the digest of what named them.
///
/// Open addressing with linear probing in one dense array: a look-up touches one or two cache lines and nothing else.
/// 32 bytes a place, at most three quarters of them used.
/// - Complexity: constant for each series; ``settle(_:)`` is linear.
struct RecognisedSeries: Sendable {
  private struct Place {
    var key = Hash128.Digest(low: 0, high: 0)
    var seenMs: Int64 = 0
    /// Absent in a place that is free.
    var mark = SeriesMark.absent
  }

  private var places: [Place] = []
  private(set) var count = 0

  /// The bytes that it takes.
  var byteCount: Int { places.count * MemoryLayout<Place>.stride }

  /// What is known under `key`, which is noted as seen; absent if it is not known.
  @inline(__always)
  mutating func find(_ key: Hash128.Digest, at nowMs: Int64) -> SeriesMark {
    if places.isEmpty { return .absent }
    let mask = places.count - 1
    var index = Int(truncatingIfNeeded: key.low) & mask
    while places[index].mark.isPresent {
      if places[index].key == key {
        if places[index].seenMs < nowMs { places[index].seenMs = nowMs }
        return places[index].mark
      }
      index = (index + 1) & mask
    }
    return .absent
  }

  /// Knows `mark` under `key` from now on.
  mutating func note(_ key: Hash128.Digest, _ mark: SeriesMark, at nowMs: Int64) {
    if (count + 1) * 4 > places.count * 3 { resize(to: max(64, places.count * 2)) }
    put(Place(key: key, seenMs: nowMs, mark: mark))
  }

  /// Tells of every series when it was seen last, and forgets those for which the answer is false.
  mutating func settle(_ keep: (SeriesMark, _ seenMs: Int64) -> Bool) {
    let old = places
    var kept: [Place] = []
    for place in old where place.mark.isPresent && keep(place.mark, place.seenMs) { kept.append(place) }
    if kept.count == count { return }
    places = []
    count = 0
    if kept.isEmpty { return }
    var size = 64
    while kept.count * 4 > size * 3 { size *= 2 }
    resize(to: size)
    for place in kept { put(place) }
  }

  private mutating func resize(to size: Int) {
    let old = places
    places = Array(repeating: Place(), count: size)
    count = 0
    for place in old where place.mark.isPresent { put(place) }
  }

  private mutating func put(_ place: Place) {
    let mask = places.count - 1
    var index = Int(truncatingIfNeeded: place.key.low) & mask
    while places[index].mark.isPresent {
      if places[index].key == place.key {
        places[index] = place
        return
      }
      index = (index + 1) & mask
    }
    places[index] = place
    count += 1
  }
}
