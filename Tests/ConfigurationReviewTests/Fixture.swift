import AgentConfiguration
import ConfigurationReview
import Diagnostics
import Foundation

/// A file of the folder Fixtures.
enum Fixture {
  static func text(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }
}

extension ConfigurationReview {
  /// A review that touches nothing.
  static func isolated(_ change: (inout Options) -> Void = { _ in }) -> ConfigurationReview {
    var options = Options()
    change(&options)
    return ConfigurationReview(options: options, files: NoFiles(), disk: DocumentedFiles())
  }

  func findings(in text: String, path: String = "prometheus.yml") -> [Finding] {
    report(on: [Input(path: path, directory: "/etc/example", text: text)]).findings
  }

  func fixing(_ text: String, includesUnsafe: Bool = false) -> Fixing {
    Fixing(
      Input(path: "prometheus.yml", directory: "/etc/example", text: text), with: self, includesUnsafe: includesUnsafe)
  }
}
