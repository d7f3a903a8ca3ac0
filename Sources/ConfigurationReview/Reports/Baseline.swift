import AgentConfiguration
public import Diagnostics

/// The findings that a project knows of and lives with, so that a check says only what is new.
///
/// A finding is known by its id, its file and its message: lines may move. How often it is there counts.
public struct Baseline: Sendable, Equatable {
  private struct Key: Hashable, Comparable {
    var path: String
    var id: String
    var message: String

    static func < (left: Key, right: Key) -> Bool {
      (left.path, left.id, left.message) < (right.path, right.id, right.message)
    }
  }

  private var counts: [Key: Int] = [:]

  /// Of what was found now.
  public init(_ findings: [Finding]) {
    for finding in findings { counts[Self.key(finding), default: 0] += 1 }
  }

  /// What ``json`` wrote.
  ///
  /// - Returns: nil when it is no baseline.
  public init?(json text: String) {
    guard let node = YAMLParsing.document(in: text, findings: FindingCollector(path: "")), let root = Section(node),
      root.integer("version")?.value == Self.version
    else { return nil }
    for entry in root.sections("findings") {
      guard let id = entry.text("id"), let path = entry.text("path"), let message = entry.text("message") else {
        return nil
      }
      counts[Key(path: path.value, id: id.value, message: message.value)] = entry.integer("count")?.value ?? 1
    }
  }

  private static let version = 1

  private static func key(_ finding: Finding) -> Key {
    Key(path: finding.path, id: finding.id, message: finding.message)
  }

  /// What is found beyond what is known, in the order given.
  public func new(among findings: [Finding]) -> [Finding] {
    var left = counts
    return findings.filter { finding in
      guard let count = left[Self.key(finding)], count > 0 else { return true }
      left[Self.key(finding)] = count - 1
      return false
    }
  }

  /// A text for a file that is kept with the configuration: one finding a line, in a fixed order.
  public var json: String {
    let lines = counts.keys.sorted().map { key in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("id", key.id)
        writer.member("path", key.path)
        writer.member("message", key.message)
        writer.member("count", counts[key] ?? 1)
      }
      return "  " + writer.text
    }
    let list = lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n]"
    return "{\"version\": \(Self.version), \"findings\": \(list)}\n"
  }
}
