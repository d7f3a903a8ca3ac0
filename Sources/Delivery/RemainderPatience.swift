import DurableLog

/// Whether what is left behind a full request waits for more samples until the batch deadline. Pure.
///
/// Where targets are scraped seldom, it waits for nothing and a thread is woken for it alone; it could have gone with the
/// rest. So a wait that has brought nothing is not repeated, until samples come that it would have brought. Where samples
/// keep coming it is always waited, for few large requests cost less than many small ones.
struct RemainderPatience {
  private var isWorthWhile = true
  /// How far the log had been read when the wait began that is under way.
  private var waitsFrom: LogPosition?
  /// Until when the wait would have lasted that was left out.
  private var sparedUntilMs: Int64?

  /// The end of the log was reached with samples that fill no request.
  ///
  /// - Parameters:
  ///   - position: to which the log has been read.
  ///   - endMs: how long they could wait, in milliseconds since the Unix epoch.
  /// - Returns: whether they are to be sent at once.
  mutating func sparesWait(at position: LogPosition, untilMs endMs: Int64) -> Bool {
    if isWorthWhile {
      waitsFrom = waitsFrom ?? position
      return false
    }
    sparedUntilMs = endMs
    return true
  }

  /// They have waited until their deadline, or a request was filled before. The log has been read to `position`.
  mutating func endWait(at position: LogPosition) {
    if let waitsFrom { isWorthWhile = position != waitsFrom }
    waitsFrom = nil
  }

  /// The first samples behind those that were sent were appended at this time.
  mutating func note(appendedMs: Int64) {
    if let sparedUntilMs { isWorthWhile = appendedMs < sparedUntilMs }
    sparedUntilMs = nil
  }
}
