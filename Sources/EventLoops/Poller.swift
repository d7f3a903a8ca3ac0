import CPolling
import Glibc

/// What waits for descriptors: an `epoll` behind a face without pointers, a bell that other threads ring, and an alarm
/// clock that they set.
///
/// Used by the thread that waits, but for ``ring()`` and ``setAlarm(at:)``. A descriptor is told of for as long as it is
/// ready, not once.
final class Poller: @unchecked Sendable {
  // Unchecked: the numbers never change, and the events are used by the thread that waits alone.

  /// How many descriptors one wait tells of at most.
  static let eventsMax = 64

  private let descriptor: CInt
  private let bell: CInt
  private let alarm: CInt
  private let events: UnsafeMutablePointer<epoll_event>
  /// No other event has this name: places are counted from 0.
  private static let bellName = UInt64.max

  /// A process that can have no descriptors more cannot do any of its work.
  init() {
    descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
    bell = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
    alarm = timerfd_create(CLOCK_MONOTONIC, CInt(TFD_CLOEXEC | TFD_NONBLOCK))
    precondition(descriptor >= 0 && bell >= 0 && alarm >= 0, "epoll: no descriptor, error \(errno)")
    events = .allocate(capacity: Poller.eventsMax)
    // Told of once for each ring, so that nobody has to read what was written to them.
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLET.rawValue
    event.data.u64 = Poller.bellName
    for ringing in [bell, alarm] {
      let failure = epoll_ctl(descriptor, EPOLL_CTL_ADD, ringing, &event)
      precondition(failure == 0, "epoll: no bell, error \(errno)")
    }
  }

  deinit {
    close(alarm)
    close(bell)
    close(descriptor)
    // The events hold nothing that would have to be destroyed, and nobody waits any more.
    events.deallocate()
  }

  /// Ends the wait under way, or the next one. From any thread.
  func ring() { eventfd_write(bell, 1) }

  /// Ends the wait that is under way at `time`, or the first one behind that; nil for none. It replaces the time that was
  /// set before. From any thread, and without waking the one that waits.
  func setAlarm(at time: LoopInstant?) {
    var setting = itimerspec()
    if let time {
      // A time of zero would mean none.
      let nanoseconds = max(1, time.nanoseconds)
      setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
      setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    }
    // It cannot fail: the descriptor is a timer and the time has less than a second of nanoseconds.
    timerfd_settime(alarm, CInt(TFD_TIMER_ABSTIME), &setting, nil)
  }

  /// - Parameters:
  ///   - name: what an event of it will be called.
  ///   - isReading: also for something to read. That nothing goes on in either direction is told of in any case.
  ///   - isNew: it is not waited for yet.
  /// - Returns: whether the system does it.
  func watch(
    _ watched: CInt, as name: UInt64, forRoomToWrite isWriting: Bool, forReading isReading: Bool = true, isNew: Bool
  ) -> Bool {
    var event = epoll_event()
    event.events = (isReading ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (isWriting ? EPOLLOUT.rawValue : 0)
    event.data.u64 = name
    return epoll_ctl(descriptor, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, watched, &event) == 0
  }

  /// Nothing is told of a descriptor any more that stays open.
  func forget(_ watched: CInt) {
    var event = epoll_event()
    epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
  }

  /// Waits for events, at most so long.
  ///
  /// - Parameters:
  ///   - milliseconds: 0 only looks; -1 waits for ever.
  ///   - tell: given the name and whether there is room to write and something to read; the end of a connection is
  ///     something to read.
  func wait(milliseconds: CInt, _ tell: (_ name: UInt64, _ canWrite: Bool, _ canRead: Bool) -> Void) {
    // In bounds: the memory has room for that many. A wait that a signal ends has no events.
    let count = Int(epoll_wait(descriptor, events, CInt(Poller.eventsMax), milliseconds))
    for index in 0..<max(0, count) {
      // In bounds: the system has written `count` of them. Copied, for what is told may wait again.
      let event = events[index]
      let name = event.data.u64
      if name == Poller.bellName { continue }
      tell(name, event.events & EPOLLOUT.rawValue != 0, event.events & ~EPOLLOUT.rawValue != 0)
    }
  }
}
