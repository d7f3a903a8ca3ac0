import ByteCoding

/// The series that pushes have brought lately, by the digest of what named them.
///
/// They lie in the order in which they were first met. A sender mostly repeats its order, so the series behind the one
/// found last is tried first: a look-up then walks memory in order and touches nothing else. Where that fails, an index
/// with open addressing and linear probing says where a series lies.
///
/// 32 bytes for each series and 4 for each place of the index, at most three quarters of which are used.
/// - Complexity: constant for each series; ``settle(_:)`` is linear.
struct RecognisedSeries: Sendable {
  private struct Entry {
    var key: Hash128.Digest
    var seenMs: Int64
    var mark: SeriesMark
  }

  private var entries: [Entry] = []
  /// An entry's number plus one; 0 for a place that is free.
  private var places: [UInt32] = []

  var count: Int { entries.count }

  /// The bytes that it takes.
  var byteCount: Int {
    entries.capacity * MemoryLayout<Entry>.stride + places.count * MemoryLayout<UInt32>.stride
  }

  /// What is known under `key`, which is noted as seen; absent if it is not known.
  ///
  /// - Parameter next: where to look first, and then where the next one of the same request is likely to be. Any
  ///   number will do; 0 for the first one.
  @inline(__always)
  mutating func find(_ key: Hash128.Digest, at nowMs: Int64, next: inout Int) -> SeriesMark {
    if !entries.indices.contains(next) || entries[next].key != key {
      guard let found = number(of: key) else { return .absent }
      next = found
    }
    let mark = entries[next].mark
    if entries[next].seenMs < nowMs { entries[next].seenMs = nowMs }
    next += 1
    return mark
  }

  /// Knows `mark` under `key` from now on.
  mutating func note(_ key: Hash128.Digest, _ mark: SeriesMark, at nowMs: Int64) {
    if let known = number(of: key) {
      entries[known] = Entry(key: key, seenMs: nowMs, mark: mark)
      return
    }
    entries.append(Entry(key: key, seenMs: nowMs, mark: mark))
    if entries.count * 4 > places.count * 3 { index() } else { place(entries.count - 1) }
  }

  /// Tells of every series when it was seen last, and forgets those for which the answer is false.
  mutating func settle(_ keep: (SeriesMark, _ seenMs: Int64) -> Bool) {
    let countBefore = entries.count
    entries.removeAll { !keep($0.mark, $0.seenMs) }
    if entries.count == countBefore { return }
    // A new array, for what is gone is to leave memory too.
    entries = entries.map(\.self)
    index()
  }

  // MARK: - Index

  private func number(of key: Hash128.Digest) -> Int? {
    if places.isEmpty { return nil }
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: key.low) & mask
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      if entries[number].key == key { return number }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Makes the index anew, with room for half as many again.
  private mutating func index() {
    places = []
    if entries.isEmpty { return }
    var size = 64
    while entries.count * 2 > size { size *= 2 }
    places = Array(repeating: 0, count: size)
    for number in entries.indices { place(number) }
  }

  private mutating func place(_ number: Int) {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: entries[number].key.low) & mask
    while places[place] != 0 { place = (place + 1) & mask }
    places[place] = UInt32(number + 1)
  }
}
