/// How much of a folder is read. What lies beyond is left out, and that is said.
public struct ReadingBounds: Hashable, Sendable {
  /// Entries of folders that are looked at.
  public var entriesMax = 50_000
  /// Files that are opened.
  public var filesMax = 5000
  /// Bytes of a file; of a longer one the beginning is read.
  public var fileBytesMax = 256 << 10
  /// Bytes in all.
  public var totalBytesMax = 64 << 20
  /// Levels below the folder.
  public var depthMax = 12
  /// Pieces of evidence.
  public var evidenceMax = 2000

  public init() {}

  /// Folders that hold what others wrote, or what was built.
  static let skippedFolders: Set<String> = [
    ".git", ".hg", ".svn", "node_modules", "bower_components", "vendor", "third_party", "Pods", "build", ".build",
    "dist", "out", "target", "bin", "obj", ".gradle", ".venv", "venv", "site-packages", "__pycache__", ".tox",
    ".mypy_cache", ".terraform", ".next", ".cache", "DerivedData", ".swiftpm", ".idea", ".vscode",
  ]

  /// Folders whose files show what was tried, not what runs.
  static let exampleFolders: Set<String> = [
    "test", "tests", "testing", "testdata", "spec", "specs", "__tests__", "fixtures", "fixture", "example", "examples",
    "sample", "samples", "demo", "doc", "docs",
  ]
}
