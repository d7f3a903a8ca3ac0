/// What can be wrong with a running agent. The raw value is the stable word in metrics, pages and log lines.
public enum TroubleCode: String, Sendable, CaseIterable {
  /// Samples cannot be written: the disk is full, read-only or failing.
  case logNotWriting = "log-not-writing"
  /// The log has reached a bound with `refuse-new` and takes no samples.
  case logRefusing = "log-refusing"
  /// The disk does not confirm what was written.
  case logNotSynced = "log-not-synced"
  /// What every endpoint has cannot be removed.
  case logNotTrimmed = "log-not-trimmed"
  /// A write to the disk does not return.
  case diskStalled = "disk-stalled"
  /// An endpoint loses samples to a bound.
  case samplesExpiring = "samples-expiring"
  /// What runs is older than the configuration files.
  case reloadFailed = "reload-failed"
  /// Something in the log could not be read. It stays until the next start: nothing that happens mends it.
  case damageFound = "damage-found"
  /// The samples of an endpoint do not add up.
  case balanceBroken = "balance-broken"

  public enum Severity: String, Sendable { case error, warning }

  public var severity: Severity { self == .damageFound ? .warning : .error }

  /// What the log says when it is over.
  var ending: String {
    switch self {
    case .logNotWriting: "The log is written again"
    case .logRefusing: "The log takes new samples again"
    case .logNotSynced: "The disk confirms what is written again"
    case .logNotTrimmed: "Segments of the log can be removed again"
    case .diskStalled: "The disk answers again"
    case .samplesExpiring: "No samples expire any more"
    case .reloadFailed: "The configuration that runs is that of the files again"
    case .damageFound: "The damage is no more"
    case .balanceBroken: "The balance holds again"
    }
  }
}

/// Something that is wrong now.
public struct Trouble: Hashable, Sendable {
  public var code: TroubleCode
  /// The endpoint concerned; empty where it is the agent as a whole.
  public var subject: String
  /// Milliseconds since the Unix epoch.
  public var sinceMs: Int64
  /// What is wrong, in one sentence.
  public var message: String
  /// What was seen; it may change while the trouble lasts.
  public var evidence: String
  /// What to do.
  public var fix: String
}

/// The troubles of a moment: a plain value, the clock and the log lines are its owner's.
struct TroubleList: Sendable {
  private struct Key: Hashable {
    var code: TroubleCode
    var subject: String
  }

  private var troubles: [Key: Trouble] = [:]

  /// In the order of the codes, then by subject.
  var current: [Trouble] {
    TroubleCode.allCases.flatMap { code in
      troubles.values.filter { $0.code == code }.sorted { $0.subject < $1.subject }
    }
  }

  func contains(_ code: TroubleCode) -> Bool { troubles.keys.contains { $0.code == code } }

  /// Notes a trouble, or what is new about it; it keeps the time at which it began.
  ///
  /// - Returns: whether that is news: it begins, or says something else than before.
  mutating func raise(_ trouble: Trouble) -> Bool {
    let key = Key(code: trouble.code, subject: trouble.subject)
    var trouble = trouble
    let old = troubles[key]
    if let old { trouble.sinceMs = old.sinceMs }
    troubles[key] = trouble
    return old?.message != trouble.message
  }

  /// Ends the trouble about `subject`.
  ///
  /// - Returns: what it was; nil if there was none.
  mutating func clear(_ code: TroubleCode, about subject: String) -> Trouble? {
    troubles.removeValue(forKey: Key(code: code, subject: subject))
  }

  func subjects(of code: TroubleCode) -> [String] {
    troubles.keys.filter { $0.code == code }.map(\.subject).sorted()
  }
}
