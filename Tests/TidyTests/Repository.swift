import Foundation

/// The repository that this test is part of, read once.
struct Repository: Sendable {
  static let this = Repository()

  let root: URL
  let manifest: String
  /// Every Swift file below Sources and Tests, and of the benchmarks, by path.
  let files: [SourceFile]
  /// The folders below Sources.
  let targets: [String]

  var sources: [SourceFile] { files.filter { $0.path.hasPrefix("Sources/") } }

  private init() {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    self.root = root
    manifest = Self.text(root, "Package.swift")
    let folders = ["Sources", "Tests"] + ["CostBounds", "PipelineStages", "Sources"].map { "Benchmarks/\($0)" }
    files = folders.flatMap { Self.swiftFiles(root, below: $0) }
      .map { SourceFile(path: $0, text: Self.text(root, $0)) }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
    targets = entries.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The text of a file, empty when it cannot be read.
  func text(_ path: String) -> String { Self.text(root, path) }

  private static func text(_ root: URL, _ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  private static func swiftFiles(_ root: URL, below folder: String) -> [String] {
    let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { $0.hasSuffix(".swift") && !$0.contains("Fixtures/") }.map { "\(folder)/\($0)" }
      .sorted()
  }

  // MARK: - The manifest

  /// What each target below Sources may import of the others, by the manifest.
  var declaredDependencies: [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    let pattern = /\.(?:target|executableTarget)\(\s*name: "(\w+)"(.*?)(?=\n    \.|\n\n|\n    \/\/|\n  \])/
      .dotMatchesNewlines()
    for match in manifest.matches(of: pattern) where targets.contains(String(match.1)) {
      let dependencies =
        match.2.firstMatch(of: /dependencies: \[(.*?)\](?:,|\))/.dotMatchesNewlines()).map { String($0.1) } ?? ""
      let names = dependencies.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"(\w+)"/).map { String($0.1) }
      result[String(match.1)] = Set(names).intersection(targets)
    }
    return result
  }
}
