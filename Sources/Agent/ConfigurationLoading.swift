import AgentConfiguration
import Diagnostics
import Foundation
import Settings

/// A configuration that was read and found good.
struct LoadedConfiguration: Sendable {
  var settings: AgentSettings
  /// The file's text with secrets taken out.
  var redactedText: String

  /// - Parameters:
  ///   - path: the `prometheus.yml`.
  ///   - deliveryFile: the file of `--godwit.config`, if there is one.
  init(path: String, deliveryFile: String? = nil) throws(AgentError) {
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
    guard var settings = result.settings, result.notBuilt.isEmpty else { throw .configuration(result.findings) }
    if let deliveryFile { settings.endpoints = try Self.endpoints(settings.endpoints, with: deliveryFile) }
    self.settings = settings
    redactedText = SecretRedactor.rendering(text) ?? ""
  }

  /// `endpoints` with what the file at `path` says about them.
  private static func endpoints(
    _ endpoints: [EndpointSettings], with path: String
  ) throws(AgentError) -> [EndpointSettings] {
    let text: String
    do {
      text = try LocalConfigurationFiles().text(atPath: path)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    let result = DeliveryFile.read(text: text, path: path, endpoints: endpoints)
    guard let endpoints = result.endpoints else { throw .configuration(result.errors) }
    return endpoints
  }
}

/// Tells whether the configuration says something else than at the last look, whichever of its files that is in.
struct ConfigurationWatch {
  private struct Look: Equatable {
    /// Nil where the files have a mistake; then the text of the main one tells a change.
    var settings: AgentSettings?
    var text: String?
  }

  private let path: String
  private let deliveryFile: String?
  private var last: Look

  init(path: String, deliveryFile: String?) {
    self.path = path
    self.deliveryFile = deliveryFile
    last = Self.look(path, deliveryFile)
  }

  /// Reads the files. Waits for the disk.
  mutating func hasChanged() -> Bool {
    let now = Self.look(path, deliveryFile)
    defer { last = now }
    return now != last
  }

  private static func look(_ path: String, _ deliveryFile: String?) -> Look {
    Look(
      settings: try? LoadedConfiguration(path: path, deliveryFile: deliveryFile).settings,
      text: try? String(contentsOfFile: path, encoding: .utf8))
  }
}
