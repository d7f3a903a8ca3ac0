import Foundation

/// How a configuration reaches the files it names. Tests put a dictionary behind it.
public protocol ConfigurationFiles: Sendable {
  /// The text of a file.
  func text(atPath path: String) throws -> String
  /// The existing files that `pattern` names, sorted; wildcards stand in the last element.
  func paths(matching pattern: String) -> [String]
}

/// The files of this machine.
public struct LocalConfigurationFiles: ConfigurationFiles {
  public init() {}

  /// Refuses files beyond 16 MiB and those that are not UTF-8.
  public func text(atPath path: String) throws -> String {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let data = try handle.read(upToCount: YAMLLimits.textBytesMax + 1) ?? Data()
    guard data.count <= YAMLLimits.textBytesMax else { throw CocoaError(.fileReadTooLarge) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CocoaError(.fileReadInapplicableStringEncoding)
    }
    return text
  }

  public func paths(matching pattern: String) -> [String] {
    let slash = pattern.lastIndex(of: "/")
    let directory = slash.map { String(pattern[..<$0]) } ?? "."
    let element = slash.map { String(pattern[pattern.index(after: $0)...]) } ?? pattern
    guard Wildcard.isPattern(element) else { return FileManager.default.fileExists(atPath: pattern) ? [pattern] : [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "/" : directory)) ?? []
    let prefix = slash.map { String(pattern[...$0]) } ?? ""
    return names.filter { Wildcard.matches(element, $0) }.sorted().map { prefix + $0 }
  }
}

/// Patterns of file names, without directory.
enum Wildcard {
  /// Whether `pattern` names files rather than a file.
  static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[".utf8.contains($0) } }

  /// `*` stands for any characters, `?` for one, `[a-z]` for one of those, and a backslash takes the meaning of what
  /// follows. A dot at the beginning is nothing special, as in the reference.
  static func matches(_ pattern: String, _ name: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}
