import AgentConfiguration
import ConfigurationReview

/// The files that examples name: what `missing` is in the name of is not there, what `world` is in the name of everybody
/// may read.
struct DocumentedFiles: FileFacts {
  func fact(ofPath path: String) -> FileFact? {
    if path.contains("missing") { return nil }
    return FileFact(permissions: path.contains("world") ? 0o644 : 0o600)
  }
}

/// A machine without any files to read. One with `missing` in its name is listed and cannot be opened.
struct NoFiles: ConfigurationFiles {
  struct Absent: Error {}

  func text(atPath path: String) throws -> String { throw Absent() }
  func paths(matching pattern: String) -> [String] { pattern.contains("missing") ? [pattern] : [] }
}
