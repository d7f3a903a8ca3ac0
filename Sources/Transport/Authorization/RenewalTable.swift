/// Something that is valid until a certain time: a token, temporary credentials.
struct Expiring<Value: Sendable>: Sendable {
  var value: Value
  /// Seconds since 1970; nil means never.
  var expiry: Int64?
}

extension Expiring: Equatable where Value: Equatable {}

/// Decides for each key whether its value is at hand, is being fetched, or has to be fetched.
///
/// It does not fetch: whoever is told ``Step/fetch`` does and reports back. For one key nobody else is told so until
/// then.
struct RenewalTable<Key: Hashable, Value: Sendable & Equatable> {
  enum Step {
    case use(Value)
    case fetch
    /// Somebody else is fetching.
    case wait
  }

  private struct Entry {
    var held: Expiring<Value>?
    var isFetching = false
    /// When a value was last renounced.
    var renouncedAt: Int64?
  }

  /// Seconds before its expiry from which a value is not used any more.
  let margin: Int64
  /// Seconds in which a value is renounced at most once: where every answer is 401, a new token for each of them
  /// would only move the load to the token endpoint.
  static var renunciationPause: Int64 { 60 }
  /// Keys come from the configuration, so their number is bounded by it; reloads with ever new settings would still
  /// grow the table. Beyond this, what is not being fetched is forgotten.
  static var entriesMax: Int { 4_096 }

  private var entries: [Key: Entry] = [:]

  init(margin: Int64) { self.margin = margin }

  var count: Int { entries.count }

  /// The value for `key` when it is there and may still be used.
  func held(_ key: Key, at now: Int64) -> Value? {
    guard let held = entries[key]?.held, !isExpired(held, at: now) else { return nil }
    return held.value
  }

  mutating func ask(_ key: Key, at now: Int64) -> Step {
    if let value = held(key, at: now) { return .use(value) }
    if entries[key] == nil && entries.count >= Self.entriesMax { entries = entries.filter { $0.value.isFetching } }
    var entry = entries[key] ?? Entry()
    if entry.isFetching { return .wait }
    entry.isFetching = true
    entries[key] = entry
    return .fetch
  }

  /// The fetch for `key` has ended; nil when it failed.
  mutating func fetched(_ key: Key, _ value: Expiring<Value>?) {
    entries[key, default: Entry()].held = value
    entries[key]?.isFetching = false
  }

  /// `value` was refused by whoever it was shown to: it is forgotten when it is still the one held.
  ///
  /// - Returns: whether asking again brings another value.
  mutating func renounce(_ key: Key, _ value: Value, at now: Int64) -> Bool {
    guard var entry = entries[key] else { return true }
    // Somebody was faster, and another value is there or on its way.
    guard entry.held?.value == value else { return true }
    if let last = entry.renouncedAt, now >= last, now - last < Self.renunciationPause { return false }
    entry.held = nil
    entry.renouncedAt = now
    entries[key] = entry
    return true
  }

  private func isExpired(_ held: Expiring<Value>, at now: Int64) -> Bool {
    guard let expiry = held.expiry else { return false }
    return expiry.subtractingReportingOverflow(margin).partialValue < now
  }
}
