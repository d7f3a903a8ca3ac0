/// What an append works with. Its lock is held across the calls to the disk, so whoever only looks does not take it:
/// that is what `LogState` is for. Who needs both takes this one first.
struct LogWriter: Sendable {
  /// The file of the growing segment.
  var active: (any LogFile)?
  /// Files of full segments that wait for their last sync, oldest first.
  var unsynced: [any LogFile] = []
  /// The record being made; reused from append to append.
  var record: [UInt8] = []

  /// How many full segments may wait for their last sync. It bounds the files held open where nobody syncs.
  static let unsyncedSegmentsMax = 16
}
