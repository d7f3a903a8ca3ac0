public import Settings
import MetricModel

/// What file discovery has to say beside its targets; each is said once, not with every look.
public enum FileDiscoveryEvent: Hashable, Sendable {
  /// The file cannot be read or is no list of targets; its last good groups stay.
  case unusable(path: String, reason: String)
  /// The file is gone; its last good groups stay, for how long ``VanishedFile`` says.
  case vanished(path: String)
  /// The groups of a vanished file were given up.
  case forgotten(path: String)
  /// An unusable or vanished file is good again.
  case recovered(path: String)
}

/// What becomes of the targets of a file that is gone.
public enum VanishedFile: Hashable, Sendable {
  /// They stay until the configuration is loaded again: an accident must not stop the measuring.
  case kept
  /// They stay that long, then go. Zero is what the reference does.
  case keptFor(Duration)
}

/// Decides which files to read and what is known from them; it never touches a file itself.
///
///     var state = FileDiscoveryState(refreshInterval: .seconds(300))
///     for path in state.look(at: files.list(patterns), now: now) {
///       let event = state.take(path, content: parse(files.read(path)))
///     }
///     if let snapshot = state.changedSnapshot() { … }
///
/// Times are durations since any fixed point.
public struct FileDiscoveryState: Sendable {
  private enum Condition: Equatable {
    case good
    case unusable(reason: String)
    case vanished(since: Duration)
  }

  private struct File {
    var stamp: FileStamp
    /// The last good ones; nil as long as there were none.
    var groups: [TargetGroup]?
    var condition = Condition.good

    var isVanished: Bool { if case .vanished = condition { true } else { false } }
  }

  /// Each file's path, added to all labels of its groups.
  static let pathLabel = "__meta_filepath"

  private let refreshInterval: Duration
  private let vanishedFile: VanishedFile
  private var files: [String: File] = [:]
  private var lastFullRead: Duration?
  private var hasChanged = true

  public init(refreshInterval: Duration, vanishedFile: VanishedFile = .kept) {
    self.refreshInterval = refreshInterval
    self.vanishedFile = vanishedFile
  }

  /// Takes note of the files that there are now.
  ///
  /// - Returns: the paths to read, sorted, and what there is to say about the files that are gone.
  public mutating func look(
    at listing: [String: FileStamp], now: Duration
  ) -> (pathsToRead: [String], events: [FileDiscoveryEvent]) {
    let isFullRead = lastFullRead.map { now - $0 >= refreshInterval } ?? true
    if isFullRead { lastFullRead = now }
    let events = noteAbsence(from: listing, now: now)
    var paths: [String] = []
    for (path, stamp) in listing {
      let file = files[path]
      // One that could not be used is tried again at each full read and each change, like any other.
      if isFullRead || file?.stamp != stamp || file?.isVanished == true { paths.append(path) }
      files[path, default: File(stamp: stamp)].stamp = stamp
    }
    return (paths.sorted(), events)
  }

  /// Takes what reading and parsing the file brought.
  public mutating func take(
    _ path: String, content: Result<[TargetGroup], DiscoveryFileError>
  ) -> FileDiscoveryEvent? {
    guard var file = files[path] else { return nil }
    defer { files[path] = file }
    switch content {
    case .success(let groups):
      let labelled = groups.map { group in
        var group = group
        group.labels.set(Self.pathLabel, path)
        return group
      }
      if file.groups != labelled {
        file.groups = labelled
        hasChanged = true
      }
      defer { file.condition = .good }
      return file.condition == .good ? nil : .recovered(path: path)
    case .failure(let error):
      let condition = Condition.unusable(reason: error.message)
      defer { file.condition = condition }
      return file.condition == condition ? nil : .unusable(path: path, reason: error.message)
    }
  }

  /// All groups by path, if they are not what the last call returned; the first call always returns them.
  public mutating func changedSnapshot() -> [String: [TargetGroup]]? {
    guard hasChanged else { return nil }
    hasChanged = false
    return files.compactMapValues(\.groups)
  }

  private mutating func noteAbsence(from listing: [String: FileStamp], now: Duration) -> [FileDiscoveryEvent] {
    var events: [FileDiscoveryEvent] = []
    for path in files.keys.sorted() where listing[path] == nil {
      guard var file = files[path] else { continue }
      var since = now
      if case .vanished(let earlier) = file.condition {
        since = earlier
      } else {
        file.condition = .vanished(since: now)
        events.append(.vanished(path: path))
      }
      files[path] = file
      // Nothing to keep of a file that never was good.
      let isOver = if case .keptFor(let grace) = vanishedFile { now - since >= grace } else { false }
      if isOver || file.groups == nil {
        files[path] = nil
        hasChanged = hasChanged || file.groups != nil
        events.append(.forgotten(path: path))
      }
    }
    return events
  }
}
