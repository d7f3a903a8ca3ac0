public import Settings

/// Why a source of targets brought nothing usable.
public struct DiscoveryFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Never holds a secret.
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}

/// What a source that is asked again and again has to say beside its targets.
public enum RefreshEvent: Hashable, Sendable {
  /// A round is over, which took so long, with so many parts that failed.
  case refreshed(took: Duration, failures: Int)
  /// A part could not be had; its last good answer stays. Said once for each reason, not with every round.
  case unusable(part: String, reason: String)
  /// A part that could not be had is good again.
  case recovered(part: String)
}

/// What is known from the parts of a source: a URL that is asked, or the names that are looked up. A part that fails
/// keeps its last good answer.
public struct RefreshState: Sendable {
  private struct Part {
    /// The last good ones; nil as long as there were none.
    var groups: [TargetGroup]?
    var failure: DiscoveryFailure?
  }

  private var parts: [String: Part] = [:]
  private var hasChanged = false

  public init() {}

  /// Takes what asking for `part` brought.
  public mutating func take(_ part: String, _ answer: Result<[TargetGroup], DiscoveryFailure>) -> RefreshEvent? {
    var known = parts[part] ?? Part()
    defer { parts[part] = known }
    switch answer {
    case .success(let groups):
      if known.groups != groups {
        known.groups = groups
        hasChanged = true
      }
      let wasFailing = known.failure != nil
      known.failure = nil
      return wasFailing ? .recovered(part: part) : nil
    case .failure(let failure):
      defer { known.failure = failure }
      return known.failure == failure ? nil : .unusable(part: part, reason: failure.message)
    }
  }

  /// All groups by part, if they are not what the last call returned. Nothing is returned before the first good answer:
  /// an empty snapshot would say that there are no targets.
  public mutating func changedSnapshot() -> [String: [TargetGroup]]? {
    guard hasChanged else { return nil }
    hasChanged = false
    return parts.compactMapValues(\.groups)
  }
}
