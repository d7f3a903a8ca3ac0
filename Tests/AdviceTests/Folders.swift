import Advice
import Foundation

/// The folders that the tests read.
enum Folders {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

  /// The folder of that name among the fixtures.
  static func fixture(_ name: String) -> String { root + "/" + name }

  static func advice(_ name: String) throws -> ExportAdvice {
    ExportAdvice(try FolderReading(directory: fixture(name)))
  }

  /// A new folder with `files`, for as long as `body` runs.
  static func with<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "advice-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, text) in files {
      let place = folder.appending(path: path)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    return try body(folder.path)
  }

  /// The evidence in one file, as `kind line`.
  static func found(_ path: String, _ text: String) throws -> [String] {
    try with([path: text]) { folder in
      try FolderReading(directory: folder).evidence.map { "\($0.kind.rawValue) \($0.line)" }
    }
  }
}
