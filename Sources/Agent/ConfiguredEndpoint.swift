public import Delivery
import Foundation
public import Settings
import Transport

/// One endpoint of a configuration file, for whoever sends to it beside a running agent: the same URL, credentials,
/// headers, TLS and timeouts.
public struct ConfiguredEndpoint: Sendable {
  public let settings: EndpointSettings
  /// Scheme, host and path; no user info, no query.
  public let place: String
  /// Posts to the endpoint as the agent does.
  public let courier: Courier

  /// Reads the configuration as the agent would.
  ///
  /// - Throws: `AgentError`, `endpoint` if the file has no endpoint of that name.
  public init(named name: String, configFile: String) throws(AgentError) {
    let endpoints = try LoadedConfiguration(path: configFile).settings.endpoints
    guard let settings = endpoints.first(where: { $0.name == name }) else {
      let known = endpoints.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw .endpoint(
        name: name, reason: "\(configFile) has no endpoint of that name; it has \(known.isEmpty ? "none" : known)")
    }
    self.settings = settings
    place = EndpointSet.place(of: settings.url)
    courier = HTTPTransport().courier(to: settings)
  }
}
