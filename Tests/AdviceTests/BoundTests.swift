import Diagnostics
import Foundation
import Testing

@testable import Advice

@Suite("Bounds on reading a folder")
struct BoundTests {
  private static let pushes = "push_to_gateway()"

  private static func limits(_ change: (inout ReadingBounds) -> Void) -> ReadingBounds {
    var limits = ReadingBounds()
    change(&limits)
    return limits
  }

  static let bounds: [(limits: ReadingBounds, reached: BoundReached, found: Int)] = [
    (limits { $0.filesMax = 2 }, .files, 2), (limits { $0.entriesMax = 1 }, .entries, 1),
    (limits { $0.depthMax = 0 }, .depth, 2), (limits { $0.totalBytesMax = 20 }, .totalBytes, 2),
    (limits { $0.fileBytesMax = 10 }, .fileBytes, 0), (limits { $0.evidenceMax = 1 }, .evidence, 1),
  ]

  @Test("What a bound leaves out is said, the upper folders are read first", arguments: bounds)
  func reached(example: (limits: ReadingBounds, reached: BoundReached, found: Int)) throws {
    try Folders.with(["a.py": Self.pushes, "b.py": Self.pushes, "c/d.py": Self.pushes]) { folder in
      let reading = try FolderReading(directory: folder, limits: example.limits)
      #expect(reading.bounds == [example.reached])
      #expect(reading.evidence.count == example.found)
      #expect(reading.evidence.allSatisfy { !$0.path.contains("/") })
      let finding = try #require(ExportAdvice(reading).findings.first { $0.id == "GW809" })
      #expect(finding.evidence == example.reached.words(example.limits))
      #expect((finding.severity == .info) == (example.reached == .fileBytes))
    }
  }

  @Test(
    "Folders of others and of builds are not read", arguments: [".git", "node_modules", "vendor", "build", ".build"])
  func skipped(name: String) throws {
    try Folders.with(["\(name)/a.py": Self.pushes, "src/\(name)/b.py": Self.pushes]) { folder in
      let reading = try FolderReading(directory: folder)
      #expect(reading.filesRead == 0)
    }
  }

  @Test("Symbolic links are not followed, and the folder itself may be one")
  func links() throws {
    try Folders.with(["outside/a.py": Self.pushes, "inside/b.txt": ""]) { folder in
      let files = FileManager.default
      try files.createSymbolicLink(atPath: folder + "/inside/link.py", withDestinationPath: folder + "/outside/a.py")
      try files.createSymbolicLink(atPath: folder + "/inside/folder", withDestinationPath: folder + "/outside")
      try files.createSymbolicLink(atPath: folder + "/inside/loop", withDestinationPath: folder + "/inside")
      #expect(try FolderReading(directory: folder + "/inside").evidence.isEmpty)
      try files.createSymbolicLink(atPath: folder + "/named", withDestinationPath: folder + "/outside")
      #expect(try FolderReading(directory: folder + "/named").evidence.count == 1)
    }
  }

  @Test("What is no folder is refused, with words that name it")
  func refusals() throws {
    try Folders.with(["a.py": ""]) { folder in
      #expect(throws: AdviceError.notAFolder(folder + "/a.py")) { try FolderReading(directory: folder + "/a.py") }
      let missing = #expect(throws: AdviceError.self) { try FolderReading(directory: folder + "/no") }
      #expect(missing?.description.contains(folder + "/no") == true)
    }
  }

  @Test("A pipe is not opened")
  func pipe() throws {
    try Folders.with(["a.txt": ""]) { folder in
      #expect(mkfifo(folder + "/a.py", 0o600) == 0)
      let reading = try FolderReading(directory: folder)
      #expect(reading.filesRead == 0)
    }
  }
}
