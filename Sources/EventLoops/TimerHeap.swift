/// What a timer does, for its thread alone. Closures are kept in a type of their own: a generic place would wrap one again
/// each time that it is moved, and call it through all of the wrappings.
struct TimerRing {
  let call: () -> Void
}

/// What an alarm does that any thread may set.
struct AlarmRing: Sendable {
  let call: @Sendable () -> Void
}

/// What is to be done at which time: the earliest first, and of those for one time the one that was set first.
///
/// Something may be given time: it has to be done at the end of that, and is done within it if anybody looks.
///
/// - Complexity: O(log count) to set one and to take the earliest, O(count) over an array without gaps to call one off, and
///   to look for what may be done while something has been given time.
struct TimerHeap<Ring> {
  private struct Entry {
    /// When it has to ring, and since when it may.
    var time: LoopInstant
    var start: LoopInstant
    /// In the order in which they were set.
    var number: UInt64
    var ring: Ring

    func isBefore(_ other: Entry) -> Bool {
      time == other.time ? number < other.number : time < other.time
    }
  }

  /// A binary heap: none is before the one at half its place.
  private var entries: [Entry] = []
  private var numbersGiven: UInt64 = 0
  /// How many may ring before they have to.
  private var patientCount = 0

  var isEmpty: Bool { entries.isEmpty }

  /// When the next one has to ring.
  var earliest: LoopInstant? { entries.first?.time }

  /// - Parameter tolerance: how much later it may ring, if nobody looks before.
  /// - Returns: its number, to call it off with; no two are the same.
  mutating func set(at start: LoopInstant, tolerance: Duration = .zero, _ ring: Ring) -> UInt64 {
    numbersGiven += 1
    let entry = Entry(time: start + tolerance, start: start, number: numbersGiven, ring: ring)
    if entry.start < entry.time { patientCount += 1 }
    entries.append(entry)
    rise(from: entries.count - 1)
    return numbersGiven
  }

  /// Nothing happens when it has rung or was called off before.
  mutating func callOff(_ number: UInt64) {
    guard let place = entries.firstIndex(where: { $0.number == number }) else { return }
    remove(at: place)
  }

  /// What the earliest does, if its time has come by `now`, or something else that may be done then. It is not set any
  /// more after this.
  mutating func takeDue(by now: LoopInstant) -> Ring? {
    guard let first = entries.first else { return nil }
    if first.time <= now {
      remove(at: 0)
      return first.ring
    }
    guard patientCount > 0, let place = entries.firstIndex(where: { $0.start <= now }) else { return nil }
    let ring = entries[place].ring
    remove(at: place)
    return ring
  }

  private mutating func remove(at place: Int) {
    if entries[place].start < entries[place].time { patientCount -= 1 }
    let last = entries.removeLast()
    guard place < entries.count else { return }
    entries[place] = last
    rise(from: place)
    sink(from: place)
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let above = (place - 1) / 2
      guard entries[place].isBefore(entries[above]) else { return }
      entries.swapAt(place, above)
      place = above
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      var first = place
      for below in (2 * place + 1)..<(2 * place + 3) where below < entries.count {
        if entries[below].isBefore(entries[first]) { first = below }
      }
      guard first != place else { return }
      entries.swapAt(place, first)
      place = first
    }
  }
}
