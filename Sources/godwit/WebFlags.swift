import AgentConfiguration
import ArgumentParser
import Diagnostics
import Foundation
import Listening
import Logging
import Settings

/// What `--web.…` says about a listener; `agent` and `receive` share it, beside the addresses.
struct WebFlags: ParsableArguments {
  @Option(
    name: .customLong("web.config.file"), help: "File that asks for TLS, users and headers.",
    completion: .file(extensions: ["yml", "yaml"]))
  var configFile: String?

  @Option(name: .customLong("web.max-connections"), help: "The most connections at a time; others wait.")
  var connectionsMax = 512

  @Option(
    name: .customLong("web.read-timeout"),
    help: "How long a request may take to arrive, and a connection to be idle.")
  var readTimeout = DurationArgument(.seconds(300), "5m")

  @Option(name: .customLong("web.external-url"), help: "The URL under which the pages are reached from outside.")
  var externalURL: String?

  @Option(
    name: .customLong("web.route-prefix"),
    help: "Prefix of all pages. Defaults to the path of --web.external-url.")
  var routePrefix: String?

  func validate() throws {
    if connectionsMax < 1 { throw ValidationError("--web.max-connections must be at least 1: nobody could connect") }
    if readTimeout.duration <= .zero { throw ValidationError("--web.read-timeout must be longer than 0") }
    if let externalURL, let problem = Self.problem(withURL: externalURL) {
      throw ValidationError("parse external URL \"\(Self.shown(externalURL))\": \(problem)")
    }
  }

  func options(_ addresses: [ListeningAddress]) -> ListenerOptions {
    var options = ListenerOptions(addresses)
    options.connectionsMax = connectionsMax
    options.readTimeout = readTimeout.duration
    options.routePrefix = Self.prefix(routePrefix, externalURL)
    return options
  }

  /// What the web configuration file asks for; nil without one.
  func security(logger: Logger) throws(ListeningError) -> WebSecurity? {
    guard let configFile, !configFile.isEmpty else { return nil }
    let directory = URL(fileURLWithPath: configFile).deletingLastPathComponent().standardizedFileURL.path
    return try WebSecurity(path: configFile, logger: logger) { text throws(ListeningError) in
      let result = WebConfigFile.read(text: text, path: configFile, directory: directory)
      guard let settings = result.settings else { throw ListeningError(.badConfiguration, result.errors.text) }
      return settings
    }
  }

  /// For the page of flags; secrets are taken out.
  var shown: [(name: String, value: String)] {
    [
      ("web.config.file", configFile ?? ""), ("web.external-url", externalURL.map(Self.shown) ?? ""),
      ("web.max-connections", "\(connectionsMax)"), ("web.read-timeout", "\(readTimeout)"),
      ("web.route-prefix", Self.prefix(routePrefix, externalURL)),
    ]
  }

  /// With one slash at its beginning and none at its end: `/`, `/godwit`.
  static func prefix(_ routePrefix: String?, _ externalURL: String?) -> String {
    var path = routePrefix ?? ""
    if path.isEmpty, let externalURL { path = URLComponents(string: externalURL)?.path ?? "" }
    return "/" + path.split(separator: "/").joined(separator: "/")
  }

  private static func problem(withURL text: String) -> String? {
    if let first = text.first, let last = text.last, "\"'".contains(first) || "\"'".contains(last) {
      return "URL must not begin or end with quotes"
    }
    return text.isEmpty || URLComponents(string: text) != nil ? nil : "it is not a URL"
  }

  /// A URL without its password and without parameters that speak of secrets.
  static func shown(_ url: String) -> String {
    let masked = QueryParameter.maskingSecrets(inURL: url)
    guard let scheme = masked.range(of: "://") else { return masked }
    let authority = masked[scheme.upperBound...].prefix { !"/?#".contains($0) }
    guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { return masked }
    return masked[...colon] + "<secret>" + masked[at...]
  }
}
