/// What is to be done at which time: the earliest first, and of those for one time the one that was set first.
///
/// - Complexity: O(log count) to set one and to take the earliest, O(count) over an array without gaps to call one off.
struct TimerHeap {
  typealias Ring = () -> Void

  private struct Entry {
    var time: LoopInstant
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

  var isEmpty: Bool { entries.isEmpty }

  /// When the next one rings.
  var earliest: LoopInstant? { entries.first?.time }

  /// - Returns: its number, to call it off with; no two are the same.
  mutating func set(at time: LoopInstant, _ ring: @escaping Ring) -> UInt64 {
    numbersGiven += 1
    entries.append(Entry(time: time, number: numbersGiven, ring: ring))
    rise(from: entries.count - 1)
    return numbersGiven
  }

  /// Nothing happens when it has rung or was called off before.
  mutating func callOff(_ number: UInt64) {
    guard let place = entries.firstIndex(where: { $0.number == number }) else { return }
    remove(at: place)
  }

  /// What the earliest does, if its time has come by `now`. It is not set any more then.
  mutating func takeDue(by now: LoopInstant) -> Ring? {
    guard let first = entries.first, first.time <= now else { return nil }
    remove(at: 0)
    return first.ring
  }

  private mutating func remove(at place: Int) {
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
