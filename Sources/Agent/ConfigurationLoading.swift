import AgentConfiguration
import Diagnostics
import Foundation
import Settings
import Synchronization

/// A configuration that was read and found good.
struct LoadedConfiguration: Sendable {
  var settings: AgentSettings
  /// The file's text with secrets taken out.
  var redactedText: String
  /// What has no effect here.
  var warnings: [Finding]
  /// Of all files that were read.
  var fingerprint: ConfigurationFingerprint

  /// What the command line says of it.
  init(_ options: AgentOptions) throws(AgentError) {
    try self.init(
      path: options.configFile, deliveryFile: options.deliveryFile, extraScrapeMetrics: options.extraScrapeMetrics)
  }

  /// - Parameters:
  ///   - path: the `prometheus.yml`.
  ///   - deliveryFile: the file of `--godwit.config`, if there is one.
  ///   - extraScrapeMetrics: what `extra_scrape_metrics` of `global` is where the file does not say.
  init(path: String, deliveryFile: String? = nil, extraScrapeMetrics: Bool = false) throws(AgentError) {
    let files = NotedFiles()
    let text = try Self.text(at: path, in: files)
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
    let environment = ProcessInfo.processInfo.environment
    var reader = ConfigurationReader(directory: directory, environment: { environment[$0] }, files: files)
    reader.extraScrapeMetrics = extraScrapeMetrics
    let result = reader.read(text: text, path: path)
    guard var settings = result.settings, result.notBuilt.isEmpty else {
      throw .configuration(result.errors + result.notBuilt)
    }
    if let deliveryFile { settings.endpoints = try Self.endpoints(settings.endpoints, with: deliveryFile, files) }
    self.settings = settings
    warnings = result.warnings
    fingerprint = files.fingerprint
    redactedText = SecretRedactor.rendering(text) ?? ""
  }

  /// `endpoints` with what the file at `path` says about them.
  private static func endpoints(
    _ endpoints: [EndpointSettings], with path: String, _ files: NotedFiles
  ) throws(AgentError) -> [EndpointSettings] {
    let text = try text(at: path, in: files)
    let result = DeliveryFile.read(text: text, path: path, endpoints: endpoints)
    guard let endpoints = result.endpoints else { throw .configuration(result.errors) }
    return endpoints
  }

  private static func text(at path: String, in files: NotedFiles) throws(AgentError) -> String {
    do {
      return try files.text(atPath: path)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }
}

/// The files of this machine, with a note of what they said.
private final class NotedFiles: ConfigurationFiles {
  private let files = LocalConfigurationFiles()
  private let noted = Mutex(ConfigurationFingerprint())

  var fingerprint: ConfigurationFingerprint { noted.withLock { $0 } }

  func text(atPath path: String) throws -> String {
    let text = try files.text(atPath: path)
    noted.withLock { $0.note(text, of: path) }
    return text
  }

  func paths(matching pattern: String) -> [String] { files.paths(matching: pattern) }
}
