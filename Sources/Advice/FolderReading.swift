import Foundation

/// The evidence in a folder, and what was read for it.
public struct FolderReading: Sendable {
  /// As it was named.
  public let directory: String
  /// By path and line, the upper folders first.
  public private(set) var evidence: [Evidence] = []
  public private(set) var filesRead = 0
  public private(set) var bytesRead = 0
  /// Files that are not text, could not be opened, or are YAML that does not parse and is no template.
  private(set) var unread: [UnreadFile] = []
  private(set) var bounds: Set<BoundReached>
  let limits: ReadingBounds

  struct UnreadFile: Hashable, Sendable {
    var path: String
    var line: Int?
    var reason: String
  }

  /// Reads `directory`; no more than `limits` allow, and no file outside of it.
  ///
  /// - Throws: ``AdviceError`` where it is not a folder that can be listed.
  public init(directory: String, limits: ReadingBounds = ReadingBounds()) throws(AdviceError) {
    self.directory = directory
    self.limits = limits
    let walk = try FolderWalk(directory: directory, limits: limits)
    bounds = walk.bounds
    unread = walk.unreadable.map { UnreadFile(path: $0, reason: "the folder cannot be listed") }
    for file in walk.files {
      guard bytesRead < limits.totalBytesMax else {
        bounds.insert(.totalBytes)
        break
      }
      take(file)
    }
    evidence = Array(evidence.prefix(limits.evidenceMax))
  }

  private mutating func take(_ file: FolderWalk.File) {
    let place = URL(fileURLWithPath: directory + "/" + file.path)
    guard let handle = try? FileHandle(forReadingFrom: place),
      let data = try? handle.read(upToCount: limits.fileBytesMax)
    else {
      // An empty file reads as nothing.
      if file.size > 0 { unread.append(UnreadFile(path: file.path, reason: "it cannot be opened")) }
      return
    }
    let isWhole = file.size <= UInt64(limits.fileBytesMax)
    if !isWhole { bounds.insert(.fileBytes) }
    filesRead += 1
    bytesRead += data.count
    let bytes = [UInt8](data)
    // A zero is in every binary format and in no text.
    if bytes.contains(0) { return }
    let found = FileEvidence(path: file.path, kind: file.kind, bytes: bytes, isWhole: isWhole)
    if let problem = found.problem {
      unread.append(UnreadFile(path: file.path, line: problem.line, reason: problem.words))
    }
    if evidence.count + found.all.count > limits.evidenceMax { bounds.insert(.evidence) }
    evidence += found.all.prefix(max(0, limits.evidenceMax - evidence.count))
  }
}
