/// What a loop's thread has to do and to look after. That thread alone uses it.
final class LoopState {
  var jobs: [UnownedJob] = []
  var timers = TimerHeap<TimerRing>()
  var watched = WatchedSockets()
  /// Where all connections read into, one after the other.
  let receiveBuffer = ReceiveBuffer()
  /// Jobs that are being run; kept for its room.
  private var batch: [UnownedJob] = []

  /// Runs what is there and what comes of it, in the order in which it came.
  func runJobs(atMost count: Int, on executor: UnownedTaskExecutor) {
    var left = count
    while !jobs.isEmpty && left > 0 {
      swap(&jobs, &batch)
      for job in batch { job.runSynchronously(on: executor) }
      left -= batch.count
      batch.removeAll(keepingCapacity: true)
    }
  }

  func ringTimers() {
    guard !timers.isEmpty else { return }
    let now = LoopInstant.now
    while let ring = timers.takeDue(by: now) { ring.call() }
  }

  /// Rounded up, so that none rings early; -1 when there is none.
  var millisecondsToNextTimer: CInt {
    guard let earliest = timers.earliest else { return -1 }
    let now = LoopInstant.now
    guard earliest > now else { return 0 }
    return CInt(clamping: (earliest.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1)
  }
}

/// Something that is told when its socket can be read or written.
protocol Watched: AnyObject {
  func becameReady(canWrite: Bool, canRead: Bool)
}

/// Who is to be told of which socket. A name that was given back is not given out again as it was: what the system says of
/// a socket that was closed a moment ago reaches nobody.
struct WatchedSockets {
  private struct Slot {
    var round: UInt32 = 0
    var watched: (any Watched)?
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []

  var isEmpty: Bool { free.count == slots.count }

  mutating func add(_ watched: any Watched) -> UInt64 {
    let place = free.popLast() ?? UInt32(slots.count)
    if place == slots.count { slots.append(Slot()) }
    slots[Int(place)].watched = watched
    return UInt64(slots[Int(place)].round) << 32 | UInt64(place)
  }

  /// - Parameter name: one that was given out and not removed.
  mutating func remove(_ name: UInt64) {
    let place = Int(UInt32(truncatingIfNeeded: name))
    guard self[name] != nil else { return }
    slots[place].watched = nil
    // Half of the range, so that no name is that of a poller's bell.
    slots[place].round = (slots[place].round &+ 1) & (.max >> 1)
    free.append(UInt32(place))
  }

  /// nil when it was removed.
  subscript(name: UInt64) -> (any Watched)? {
    let place = Int(UInt32(truncatingIfNeeded: name))
    guard place < slots.count, slots[place].round == UInt32(name >> 32) else { return nil }
    return slots[place].watched
  }
}
