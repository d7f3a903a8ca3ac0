/// Things that are costly to make, lent out by key and handed back for closing when nobody has used them for a while.
///
/// It decides and does not act: the caller makes and closes the things, and tells the time.
///
/// - Complexity: O(1) for lending and return; O(count) for a sweep, at most once per `idleMax`.
struct IdleShelf<Key: Hashable, Value> {
  private struct Entry {
    var value: Value
    var loans = 0
    var lastUse: ContinuousClock.Instant
  }

  /// How long a thing may lie unused.
  let idleMax: Duration
  private var entries: [Key: Entry] = [:]
  private var lastSweep: ContinuousClock.Instant?

  init(idleMax: Duration) { self.idleMax = idleMax }

  var count: Int { entries.count }

  /// The thing under `key`, made when there is none. Each loan must be followed by one ``giveBack(_:at:)``.
  mutating func lend<Failure: Error>(
    _ key: Key, at now: ContinuousClock.Instant, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var entry: Entry
    if let existing = entries[key] { entry = existing } else { entry = Entry(value: try make(), lastUse: now) }
    entry.loans += 1
    entry.lastUse = now
    entries[key] = entry
    return entry.value
  }

  mutating func giveBack(_ key: Key, at now: ContinuousClock.Instant) {
    entries[key]?.loans -= 1
    entries[key]?.lastUse = now
  }

  /// Removes and returns what is not lent out and has not been used for `idleMax`.
  mutating func sweep(at now: ContinuousClock.Instant) -> [Value] {
    guard let last = lastSweep else {
      lastSweep = now
      return []
    }
    guard now - last >= idleMax else { return [] }
    lastSweep = now
    let idle = entries.filter { $0.value.loans == 0 && now - $0.value.lastUse >= idleMax }
    for key in idle.keys { entries[key] = nil }
    return idle.values.map(\.value)
  }

  /// Removes and returns everything, lent out or not.
  mutating func removeAll() -> [Value] {
    defer { entries.removeAll() }
    return entries.values.map(\.value)
  }
}
