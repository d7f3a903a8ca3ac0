import Foundation

/// An agent that takes part in the outage: how it is started, and what it is told.
struct OutageEntrant: Sendable {
  /// How a configuration says where the data goes; vmagent has a flag for it instead.
  enum Kind: Sendable, CaseIterable { case godwit, prometheus, vmagent }

  let kind: Kind
  /// The program's own word for its version.
  let version: String

  init(_ kind: Kind) throws {
    self.kind = kind
    version = try Self.askedVersion(kind)
  }

  var name: String {
    switch kind {
    case .godwit: "godwit"
    case .prometheus: "prometheus"
    case .vmagent: "vmagent"
    }
  }

  private var executable: String {
    get throws { kind == .godwit ? try World.godwit() : try World.service(name) }
  }

  /// The configuration: all defaults but the interval. Every target is a path of one server, below this agent's name.
  func configuration(_ site: Site, _ pages: OutagePages, interval: Int, endpoint: String) -> String {
    let groups = (0..<pages.targets).map { number in
      "  - {targets: [\"\(site.address)\"], labels: {instance: \"\(RigPages.instance(number))\", "
        + "__metrics_path__: /\(name)/\(number)}}\n"
    }
    // A backlog stays with its endpoint's name; Prometheus knows the field too.
    let endpoints = kind == .vmagent ? "" : "remote_write: [{name: outage, url: \"\(endpoint)\"}]\n"
    return """
      global: {scrape_interval: \(interval)s, scrape_timeout: \(interval)s}
      \(endpoints)scrape_configs:
      - job_name: outage
        static_configs:
      \(groups.joined())
      """
  }

  /// Starts it on the configuration and the data that are there.
  func start(in world: World, endpoint: String) throws -> Program {
    let (config, data) = (world.path("\(name).yml"), world.path("\(name)-data"))
    let address = "127.0.0.1:\(try freePort())"
    let arguments =
      switch kind {
      case .godwit:
        ["agent", "--config.file", config, "--storage.agent.path", data, "--web.listen-address", address]
      case .prometheus:
        [
          "--enable-feature=agent", "--config.file=\(config)", "--storage.agent.path=\(data)",
          "--web.listen-address=\(address)",
        ]
      case .vmagent:
        [
          "-promscrape.config=\(config)", "-remoteWrite.url=\(endpoint)", "-remoteWrite.tmpDataPath=\(data)",
          "-httpListenAddr=\(address)",
        ]
      }
    return try world.start(name, try executable, arguments)
  }

  // MARK: - Versions

  private static func askedVersion(_ kind: Kind) throws -> String {
    switch kind {
    case .godwit:
      return try said(World.godwit(), "--version").split(separator: " ").last.map(String.init) ?? "?"
    case .prometheus:
      let words = try said(World.service("prometheus"), "--version")
      return words.firstMatch(of: #/version ([^ ,]+)/#).map { String($0.1) } ?? "?"
    case .vmagent:
      let words = try said(World.service("vmagent"), "-version")
      if let match = words.firstMatch(of: #/v?(\d+\.\d+\.\d+)/#) { return String(match.1) }
      // Debian's build does not know its version; the package does.
      let package = try said("/usr/bin/dpkg-query", "-W", "-f", "${Version}", "victoria-metrics")
      return package.isEmpty ? "?" : package
    }
  }

  private static func said(_ executable: String, _ arguments: String...) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: executable) else { return "" }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
