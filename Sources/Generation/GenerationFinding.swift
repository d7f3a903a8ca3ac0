import Diagnostics

/// What there is to say about something that was written; the raw value is the finding's id.
enum GenerationFinding: String, CaseIterable {
  /// The address has another path than the one under which this backend takes writes.
  case unusualPath = "GW901"
  /// Samples, and whatever says who writes them, cross a network in the clear.
  case plainHTTP = "GW902"
  /// The backend is not known to take this way of saying who writes.
  case unusualAuthentication = "GW903"
  /// The backend as it comes refuses requests that do not say whose samples they are.
  case tenantMissing = "GW904"
  /// Nothing tells these samples from those of another agent, so that the same series would be written by two.
  case externalLabelsMissing = "GW905"
  /// Even as many shards as are sensible do not carry the rate at this latency.
  case rateTooHigh = "GW906"
  /// What may wait in memory does not fit into what there is.
  case memoryTooSmall = "GW907"
  /// The outage is longer than samples live, in the sender's log or for the backend.
  case outageTooLong = "GW908"
  /// The backend takes less from one account than this, unless its limit was raised.
  case rateAboveLimit = "GW909"
  /// The backend may not take remote write at all.
  case doubtfulBackend = "GW910"
  /// No rate was named, so the queue was left at its defaults.
  case rateUnknown = "GW911"
  /// The backend is not known to take this message.
  case unusualMessage = "GW912"
  /// New samples may go ahead of a backlog, and the backend is not known to take samples out of order.
  case outOfOrder = "GW913"
  /// A file that the configuration names is in no place that the manifests mount.
  case unmountedFile = "GW914"
  /// Several agents read the same targets and write the same series, and nothing tells them apart.
  case replicasAlike = "GW915"

  func warning(_ message: String, why: String, fix: String) -> Finding {
    Finding(id: rawValue, severity: .warning, message: message, why: why, fix: fix)
  }

  func information(_ message: String, why: String, fix: String) -> Finding {
    Finding(id: rawValue, severity: .info, message: message, why: why, fix: fix)
  }
}
