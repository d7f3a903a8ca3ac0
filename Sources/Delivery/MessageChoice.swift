import RemoteWriteProtocol

/// Which message an endpoint is sent: the one that is configured, or 1.0 where it does not take 2.0. Pure: the caller
/// brings the clock.
///
/// | answer to a 2.0 request | what is done |
/// |---|---|
/// | anything written | 2.0 from now on |
/// | 415, or 2xx without a word of what was written | the same samples as 1.0 at once, and 1.0 from now on |
/// | 400 while 2.0 was never accepted | the same samples as 1.0 on trial: 1.0 from now on if they are taken |
///
/// A trial that is refused too says that the samples are to blame: the refusal of the 2.0 request stands, and so does
/// 2.0. After ``trialsMax`` of those nothing more is tried until 2.0 has been accepted or the program begins anew.
///
/// 1.0 is not for ever: once in ``retrialInterval`` one request is sent as 2.0, so that an endpoint which learns it is
/// noticed. What that one is answered with decides as above; the samples are sent as 1.0 if it is not taken.
struct MessageChoice: Hashable, Sendable {
  typealias Instant = ContinuousClock.Instant

  /// What an answer says about the message that it answers.
  enum Word: Hashable, Sendable {
    /// All of it was written, or a part.
    case taken
    /// The endpoint does not know the message.
    case unsupported
    /// 400, and nothing says that anything was written: a 1.x receiver may mean the message, any other the samples.
    case invalid
    /// Nothing about the message.
    case nothing
  }

  enum Step: Hashable, Sendable {
    /// The answer stands.
    case stands
    /// The same samples go out once more as 1.0: the message is not known.
    case anew
    /// The same samples go out once as 1.0, to see whether that was the matter.
    case onTrial
  }

  static let retrialInterval: Duration = .seconds(3600)
  static let trialsMax = 3

  let configured: WriteMessageVersion
  private(set) var current: WriteMessageVersion
  private var hasTaken2 = false
  private var failedTrials = 0
  /// When the next request is to be sent as 2.0 in spite of all.
  private var retrial: Instant?

  init(_ configured: WriteMessageVersion) {
    self.configured = configured
    current = configured
  }

  /// The message of a request that is made now.
  mutating func next(at now: Instant) -> WriteMessageVersion {
    guard let retrial, retrial <= now else { return current }
    // The other shards go on with 1.0 until this one has its answer.
    self.retrial = now + Self.retrialInterval
    return .v2
  }

  /// Takes in what an answer says about a request of `version`.
  ///
  /// - Parameter isTrial: whether the request was sent because of ``Step/onTrial``.
  mutating func hear(_ word: Word, of version: WriteMessageVersion, isTrial: Bool, at now: Instant) -> Step {
    guard configured == .v2 else { return .stands }
    switch (version, word) {
    case (_, .nothing): return .stands
    case (.v2, .taken):
      (current, retrial, hasTaken2, failedTrials) = (.v2, nil, true, 0)
      return .stands
    case (.v2, .unsupported):
      fallBack(at: now)
      return .anew
    case (.v2, .invalid):
      if hasTaken2 { return .stands }
      if current == .v1 { return .anew }
      return failedTrials < Self.trialsMax ? .onTrial : .stands
    case (.v1, .taken):
      if isTrial && current == .v2 && !hasTaken2 { fallBack(at: now) }
      return .stands
    case (.v1, .unsupported), (.v1, .invalid):
      if isTrial { failedTrials += 1 }
      return .stands
    }
  }

  private mutating func fallBack(at now: Instant) {
    (current, hasTaken2, failedTrials) = (.v1, false, 0)
    retrial = now + Self.retrialInterval
  }
}
