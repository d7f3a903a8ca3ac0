import Glibc

/// A point in time of the clock that loops keep time by. It never goes back, and stands while the machine is suspended.
public struct LoopInstant: Comparable, Sendable {
  /// Since some point in the past that is the same for the whole process.
  public var nanoseconds: UInt64

  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static var now: LoopInstant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return LoopInstant(nanoseconds: UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec))
  }

  public static let distantFuture = LoopInstant(nanoseconds: .max)

  public static func < (left: LoopInstant, right: LoopInstant) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Saturates: three hundred years are as good as any longer time, and a negative duration is none.
  public static func + (instant: LoopInstant, duration: Duration) -> LoopInstant {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return instant }
    let (whole, isTooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLate) = instant.nanoseconds.addingReportingOverflow(whole)
    let (end, isTooLateAgain) = sum.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
    return isTooLong || isTooLate || isTooLateAgain ? .distantFuture : LoopInstant(nanoseconds: end)
  }
}
