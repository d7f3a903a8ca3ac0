/// When the disk is asked to confirm what has been appended. It decides what a power cut can cost; the death of the
/// process costs nothing under any of them.
public enum SyncPolicy: Hashable, Sendable {
  /// Before `append` returns. A power cut costs nothing that `append` returned for. Appends that wait at the same time
  /// share one confirmation.
  case everyAppend
  /// At intervals, by `DurableLog.syncRegularly`; one below a millisecond counts as a millisecond. A power cut costs at
  /// most what was appended within an interval and the time the disk takes to confirm.
  case interval(Duration)
  /// When the operating system writes by itself, and at the end. A power cut costs what that had not written yet, at
  /// most what is in the growing segment and the 16 before it.
  case never
}
