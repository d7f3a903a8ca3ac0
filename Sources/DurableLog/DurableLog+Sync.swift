import Synchronization

extension DurableLog {
  /// Everything before this position would outlive a power cut.
  public var synced: LogPosition { state.withLock { $0.synced } }

  /// Asks the disk to confirm all that has been appended before the call. Appends go on meanwhile.
  ///
  /// If the disk refuses, what it was asked about is not asked again, because the system may have dropped it already;
  /// the next append begins a new segment.
  public func sync() throws(LogError) {
    let (files, end) = state.withLock { state in
      (state.unsynced + (state.active.map { [$0] } ?? []), state.end)
    }
    var failure: DiskFailure?
    for file in files {
      do { try file.synchronize() } catch { failure = error }
    }
    state.withLock { state in
      state.unsynced.removeAll { waiting in files.contains { $0 === waiting } }
      // The file that was active may have been sealed since, with records behind `end`: it waits for the next turn.
      if let last = files.last, state.active !== last, end < state.end { state.unsynced.append(last) }
      if failure == nil { state.synced = max(state.synced, end) } else { state.seal() }
    }
    if let failure { throw .syncing(directory + "/segments", failure) }
  }

  /// Syncs every `settings.syncInterval` until the task is cancelled, then once more.
  ///
  /// A sync blocks its thread for as long as the disk takes. A program with few threads runs this on an executor of its
  /// own (`withTaskExecutorPreference`).
  public func syncRegularly(reporting failed: @Sendable (LogError) -> Void) async {
    var isCancelled = false
    while !isCancelled {
      do { try await Task.sleep(for: settings.syncInterval) } catch { isCancelled = true }
      do { try sync() } catch { failed(error) }
    }
  }
}
