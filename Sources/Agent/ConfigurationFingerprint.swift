import AgentConfiguration
import Foundation

/// What the files of a configuration say, in short: equal as long as no file has other content, and there are no more
/// and no fewer of them. It means something within this process only.
struct ConfigurationFingerprint: Hashable, Sendable {
  /// The hash of each file's content, by path.
  private var contents: [String: Int] = [:]

  mutating func note(_ text: String, of path: String) { contents[path] = Array(text.utf8).hashValue }

  /// That of the files as they are now.
  ///
  /// - Parameters:
  ///   - patterns: of `scrape_config_files`, as the running configuration has them. When others are wanted, the main
  ///     file has changed.
  /// - Returns: nil when one of the files cannot be read.
  static func current(
    of main: String, deliveryFile: String?, patterns: [String], files: some ConfigurationFiles
  ) -> ConfigurationFingerprint? {
    var fingerprint = ConfigurationFingerprint()
    for path in [main] + (deliveryFile.map { [$0] } ?? []) + patterns.flatMap(files.paths(matching:)) {
      guard let text = try? files.text(atPath: path) else { return nil }
      fingerprint.note(text, of: path)
    }
    return fingerprint
  }

  /// Whether to load the configuration again.
  ///
  /// - Parameters:
  ///   - found: the files as they are now; nil when one cannot be read, which loading will explain.
  ///   - lastLoadFailed: then the reason may lie in what no fingerprint covers, so that it is tried each time.
  static func asksForReload(
    running: ConfigurationFingerprint, found: ConfigurationFingerprint?, lastLoadFailed: Bool
  ) -> Bool {
    lastLoadFailed || found != running
  }
}
