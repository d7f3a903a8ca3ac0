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
/// 2.0. After ``trialsMax`` of those one is made in ``trialInterval`` at most: a backlog may begin with samples that
/// either message is refused for, and what comes behind them must not be lost to that.
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
    /// Refused for good for another reason, whatever the message.
    case refused
    /// Nothing about the message, and nothing for good.
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
  static let trialInterval: Duration = .seconds(60)

  let configured: WriteMessageVersion
  private(set) var current: WriteMessageVersion
  private var hasTaken2 = false
  private var failedTrials = 0
  /// When the next trial may be made, once as many have failed as are made at will.
  private var nextTrial: Instant?
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
    case (_, .nothing), (.v2, .refused): return .stands
    case (.v2, .taken):
      (current, retrial, hasTaken2, failedTrials, nextTrial) = (.v2, nil, true, 0, nil)
      return .stands
    case (.v2, .unsupported):
      fallBack(at: now)
      return .anew
    case (.v2, .invalid):
      if hasTaken2 { return .stands }
      if current == .v1 { return .anew }
      return beginTrial(at: now) ? .onTrial : .stands
    case (.v1, .taken):
      if isTrial && current == .v2 && !hasTaken2 { fallBack(at: now) }
      return .stands
    case (.v1, .unsupported), (.v1, .invalid), (.v1, .refused):
      if isTrial && failedTrials < Self.trialsMax {
        failedTrials += 1
        nextTrial = now + Self.trialInterval
      }
      return .stands
    }
  }

  /// - Returns: whether one more trial may be made now.
  private mutating func beginTrial(at now: Instant) -> Bool {
    if failedTrials < Self.trialsMax { return true }
    if let nextTrial, now < nextTrial { return false }
    // Counted from here, so that other shards do not make theirs at the same time.
    nextTrial = now + Self.trialInterval
    return true
  }

  private mutating func fallBack(at now: Instant) {
    (current, hasTaken2, failedTrials, nextTrial) = (.v1, false, 0, nil)
    retrial = now + Self.retrialInterval
  }
}
