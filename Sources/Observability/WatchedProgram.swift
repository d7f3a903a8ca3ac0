/// A program that ships metrics by remote write and that is watched by its own metrics.
///
/// The names are those of godwit 0.1, Prometheus 2.42 to 3.14, vmagent 1.79 to 1.150 and Alloy 1.18; what an older
/// version lacks matches nothing there, so that a rule about it stays silent.
public enum WatchedProgram: String, Sendable, CaseIterable {
  case godwit, prometheus, vmagent, alloy

  /// As people write it.
  public var title: String {
    switch self {
    case .godwit: "Godwit"
    case .prometheus: "Prometheus"
    case .vmagent: "vmagent"
    case .alloy: "Alloy"
    }
  }

  /// What the names of its alerts begin with.
  var alertPrefix: String { self == .vmagent ? "Vmagent" : title }

  /// The value of `job` under which it is scraped where nobody says otherwise.
  public var usualJob: String { rawValue }

  /// The label that tells its endpoints from each other.
  var endpointLabel: String { self == .vmagent ? "url" : "remote_name" }

  /// What shows the words of an endpoint that did not take something.
  var wordsCommand: String {
    self == .godwit
      ? "godwit log show --endpoint {{ $labels.remote_name }}"
      : "journalctl -u \(rawValue) --since -1h -g 'remote'"
  }
}
