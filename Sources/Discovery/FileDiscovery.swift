public import Settings
import Synchronization

/// The targets of `file_sd_configs`: read from files, and again when these change.
///
/// The files are looked at every ``pollInterval`` (name, time of change, size and inode; a few microseconds each) and
/// read when any of these differs, or when the refresh interval has passed. Looking was preferred to being notified:
/// it works the same on network and container file systems, where notifications are lost.
public final class FileDiscovery: DiscoverySource {
  /// Turns the bytes of a file into groups; the path tells the format and is for messages.
  public typealias Parse = @Sendable (_ bytes: [UInt8], _ path: String) -> Result<[TargetGroup], DiscoveryFileError>

  /// How often it happened, since the start.
  public struct Counters: Hashable, Sendable {
    public var filesRead = 0
    /// Reads that brought nothing usable.
    public var readErrors = 0
    /// Snapshots delivered.
    public var updates = 0
    public init() {}
  }

  /// Refused beyond this; a file of ten thousand targets has about one megabyte.
  public static let fileBytesMax = 64 << 20
  public static let pollInterval = Duration.seconds(1)

  private let settings: FileDiscoverySettings
  private let files: any DiscoveryFiles
  private let clock: any Clock<Duration>
  private let vanishedFile: VanishedFile
  private let parse: Parse
  private let report: @Sendable (FileDiscoveryEvent) -> Void
  private let counted = Mutex(Counters())

  /// - Parameters:
  ///   - report: called once for each event, in order, from the task that looks at the files.
  public init(
    settings: FileDiscoverySettings, files: any DiscoveryFiles = LocalFiles(),
    clock: any Clock<Duration> = ContinuousClock(), vanishedFile: VanishedFile = .kept, parse: @escaping Parse,
    report: @escaping @Sendable (FileDiscoveryEvent) -> Void
  ) {
    self.settings = settings
    self.files = files
    self.clock = clock
    self.vanishedFile = vanishedFile
    self.parse = parse
    self.report = report
  }

  public var counters: Counters { counted.withLock { $0 } }

  public func updates() -> AsyncStream<[String: [TargetGroup]]> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task { [self] in
        await watch(clock, deliver: { continuation.yield($0) })
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func watch<Time: Clock<Duration>>(
    _ clock: Time, deliver: ([String: [TargetGroup]]) -> Void
  ) async {
    let start = clock.now
    var state = FileDiscoveryState(refreshInterval: settings.refreshInterval, vanishedFile: vanishedFile)
    while !Task.isCancelled {
      look(&state, now: start.duration(to: clock.now))
      if let snapshot = state.changedSnapshot() {
        counted.withLock { $0.updates += 1 }
        deliver(snapshot)
      }
      // Cancellation is the only thing that ends a sleep early.
      guard (try? await clock.sleep(for: Self.pollInterval)) != nil else { return }
    }
  }

  private func look(_ state: inout FileDiscoveryState, now: Duration) {
    let (paths, events) = state.look(at: files.list(settings.patterns), now: now)
    events.forEach(report)
    for path in paths {
      let content = files.read(path, bytesMax: Self.fileBytesMax).flatMap { parse($0, path) }
      counted.withLock {
        $0.filesRead += 1
        if case .failure = content { $0.readErrors += 1 }
      }
      if let event = state.take(path, content: content) { report(event) }
    }
  }
}
