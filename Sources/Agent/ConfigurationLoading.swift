import AgentConfiguration
import Diagnostics
import Foundation
import Settings

/// A configuration that was read and found good.
struct LoadedConfiguration: Sendable {
  var settings: AgentSettings
  /// The file's text with secrets taken out.
  var redactedText: String

  init(path: String) throws(AgentError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
    let environment = ProcessInfo.processInfo.environment
    let result = ConfigurationReader(directory: directory, environment: { environment[$0] })
      .read(text: text, path: path)
    guard let settings = result.settings, result.notBuilt.isEmpty else { throw .configuration(result.findings) }
    self.settings = settings
    redactedText = SecretRedactor.rendering(text) ?? ""
  }
}
