import Foundation

/// The files of a folder that may say something, the upper ones first, so that a bound cuts off the deepest.
///
/// Symbolic links are not followed: what one points to inside the folder is found by itself, and what lies outside is
/// none of its business.
struct FolderWalk {
  struct File {
    /// Relative to the folder, with slashes.
    var path: String
    var kind: FileKind
    var size: UInt64
  }

  private(set) var files: [File] = []
  private(set) var entries = 0
  /// What was left out, by the bound that did it.
  private(set) var bounds: Set<BoundReached> = []
  /// Folders that could not be listed.
  private(set) var unreadable: [String] = []

  private let root: String
  private let limits: ReadingBounds

  /// - Throws: ``AdviceError`` where `directory` is not a folder that can be listed.
  init(directory: String, limits: ReadingBounds) throws(AdviceError) {
    root = directory
    self.limits = limits
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) else {
      throw .noSuchFolder(directory)
    }
    guard isDirectory.boolValue else { throw .notAFolder(directory) }
    do {
      _ = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch { throw .unreadable(directory) }
    var level = [""]
    var depth = 0
    while !level.isEmpty {
      if depth > limits.depthMax {
        bounds.insert(.depth)
        break
      }
      level = level.flatMap { foldersBelow($0) }
      depth += 1
    }
  }

  /// Takes the files of one folder; the folders in it come back.
  private mutating func foldersBelow(_ folder: String) -> [String] {
    let place = folder.isEmpty ? root : root + "/" + folder
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
      unreadable.append(folder)
      return []
    }
    var folders: [String] = []
    for name in names.sorted() {
      if entries >= limits.entriesMax {
        bounds.insert(.entries)
        break
      }
      entries += 1
      let path = folder.isEmpty ? name : folder + "/" + name
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: root + "/" + path) else { continue }
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory?:
        if !ReadingBounds.skippedFolders.contains(name) { folders.append(path) }
      case .typeRegular?:
        guard let kind = FileKind(path: path) else { continue }
        guard files.count < limits.filesMax else {
          bounds.insert(.files)
          continue
        }
        files.append(File(path: path, kind: kind, size: (attributes[.size] as? NSNumber)?.uint64Value ?? 0))
      default: continue
      }
    }
    return folders
  }
}

/// A bound of ``ReadingBounds`` that left something out.
enum BoundReached: String, Hashable, Sendable, CaseIterable {
  case entries, files, fileBytes, totalBytes, depth, evidence

  func words(_ limits: ReadingBounds) -> String {
    switch self {
    case .entries: "more than \(limits.entriesMax) entries"
    case .files: "more than \(limits.filesMax) files to read"
    case .fileBytes: "files longer than \(limits.fileBytesMax >> 10) KiB, read to there"
    case .totalBytes: "more than \(limits.totalBytesMax >> 20) MiB to read"
    case .depth: "folders deeper than \(limits.depthMax) levels"
    case .evidence: "more than \(limits.evidenceMax) pieces of evidence"
    }
  }
}
