/// What can be amiss with a log and its quarantine. The raw value is the stable id of the finding.
enum LogFinding: String, CaseIterable {
  /// A part of a segment cannot be read any more: a flipped byte, a bad sector, a block in the wrong place. Delivery
  /// steps over it and counts its samples as damaged.
  case damaged = "GW601"
  /// Segments are missing between others: removed by hand, or lost with their disk.
  case missing = "GW602"
  /// The last segment ends in a record that was never finished. Nobody was told that it had been taken, so nothing is
  /// lost; a process died in the middle of a write.
  case tornTail = "GW603"
  /// A file among the segments is none. An agent moves it to `damaged/` when it starts.
  case foreignFile = "GW604"
  /// `damaged/` holds files: something was set aside or copied because it could not be read, now or long ago.
  case damagedFolder = "GW605"
  /// A record is whole by its checksum and cannot be decoded: written by another version, or by a mistake in Godwit.
  case undecodable = "GW606"
  /// A ledger cannot be read, so nobody knows how far the endpoint has come. An agent does not start with it.
  case ledgerUnreadable = "GW611"
  /// What was taken for an endpoint is not what is accounted for: a mistake in Godwit, or a changed ledger.
  case unbalanced = "GW612"
  /// An endpoint has not come as far as the oldest segment: what was not yet sent is gone, and expires for it at the
  /// next start under its name.
  case gone = "GW613"
  /// An endpoint has come further than the log reaches: the log was replaced by another, or lost its end to a power cut.
  case beyondEnd = "GW614"
  /// The quarantine holds requests that the endpoint refused for good.
  case refused = "GW621"
  /// A file in the quarantine does not begin as it should, or is not as long as it says.
  case refusedUnreadable = "GW622"
}
