import Synchronization

extension DurableLog {
  /// Everything before this position would outlive a power cut, except for what a failed `sync` was about.
  public var synced: LogPosition { state.withLock { $0.synced } }

  /// When the append or the sync under way began to wait for the disk, by the log's clock in milliseconds since the
  /// Unix epoch; nil if none is under way. It never waits itself: a time long past says that the disk hangs.
  public var stalledSinceMs: Int64? { wait.sinceMs }

  /// Has `began` called whenever an append or a sync begins to wait for the disk, just after ``stalledSinceMs`` tells so.
  /// Whoever watches over the disk need not look at it before.
  ///
  /// - Parameter began: called with the writer's lock held, so it must neither append nor sync; nil for nothing.
  public func watchDisk(_ began: (@Sendable () -> Void)?) { wait.watch(began) }

  /// Asks the disk to confirm all that has been appended before the call. Appends go on meanwhile; another sync waits.
  ///
  /// If the disk refuses, what it was asked about is not asked again, because the system may have dropped it already;
  /// the next append begins a new segment.
  public func sync() throws(LogError) {
    try syncTurn.withLock { _ throws(LogError) in try confirm() }
  }

  /// Returns when the disk has confirmed a record of this process. Whoever waits for the turn is mostly served by the
  /// one before, which asks for all that had been written when it began.
  /// - Parameter failures: how many syncs had failed when the record was published.
  func awaitConfirmation(upTo position: LogPosition, failures: Int) throws(LogError) {
    try syncTurn.withLock { _ throws(LogError) in
      let (synced, cause) = state.withLock { state in
        (state.synced, state.syncFailures == failures ? nil : state.lastSyncFailure)
      }
      // The failed sync may have been about this record, and a disk that refused once is not asked again.
      if let cause { throw .syncing(directory + "/segments", cause) }
      if synced < position { try confirm() }
    }
  }

  /// The caller has the turn. The writer's lock is not held while the disk works.
  private func confirm() throws(LogError) {
    let (files, growing, end) = writer.withLock { writer in
      let end = state.withLock { state in
        (state.lastSync, state.hasUnsynced) = (.now, false)
        return state.end
      }
      return (writer.unsynced + (writer.active.map { [$0] } ?? []), writer.active, end)
    }
    wait.begin(.sync, atMs: nowMs())
    var failure: DiskFailure?
    for file in files {
      do { try file.synchronize() } catch { failure = error }
    }
    wait.end(.sync)
    writer.withLock { writer in
      writer.unsynced.removeAll { waiting in files.contains { $0 === waiting } }
      // What was growing may have been sealed since, with records behind `end`: it waits for the next turn.
      if let growing, writer.active !== growing, end < state.withLock({ $0.end }) { writer.unsynced.append(growing) }
      if failure != nil { seal(&writer) }
    }
    state.withLock { state in
      if let failure { state.note(failure) } else { state.synced = max(state.synced, end) }
    }
    if let failure { throw .syncing(directory + "/segments", failure) }
  }

  /// Runs until the task is cancelled: under `SyncPolicy.interval` it syncs when the interval has passed since the
  /// last sync and anything was appended, otherwise it only waits. Then it syncs once more, whatever the policy.
  ///
  /// A sync blocks its thread for as long as the disk takes, so this belongs on `DiskThreads`
  /// (`withTaskExecutorPreference`).
  /// - Parameter waiting: returns when what it is given says nil, or throws when the task is cancelled. It is to be asked
  ///   anew after the time that it says otherwise, and an interval after each append.
  public func syncRegularly(
    waiting: (@escaping @Sendable () -> Duration?) async throws -> Void, reporting failed: (LogError) -> Void
  ) async {
    while (try? await waiting { self.untilSync(at: .now) }) != nil { sync(reporting: failed) }
    sync(reporting: failed)
  }

  /// The same, with a look at each interval.
  public func syncRegularly(reporting failed: (LogError) -> Void) async {
    let interval = settings.lookInterval
    await syncRegularly(
      waiting: { untilDue in
        while let pause = untilDue() { try await Task.sleep(for: min(pause, interval)) }
      }, reporting: failed)
  }

  /// How long the disk may wait to confirm what has been appended, an hour where nothing has been; nil if it is to confirm
  /// now.
  func untilSync(at now: ContinuousClock.Instant) -> Duration? {
    guard case .interval(let duration) = settings.syncPolicy else { return .seconds(3600) }
    let interval = max(duration, .milliseconds(1))
    let (last, hasUnsynced) = state.withLock { ($0.lastSync, $0.hasUnsynced) }
    guard hasUnsynced else { return .seconds(3600) }
    let left = now.duration(to: last + interval)
    // One that is a moment early saves a look a moment later.
    return left > interval / 16 ? left : nil
  }

  private func sync(reporting failed: (LogError) -> Void) {
    do { try sync() } catch { failed(error) }
  }
}
