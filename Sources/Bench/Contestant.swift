import Foundation
import RemoteWriteProtocol

/// An agent that is measured: its program, and how it is told what to do.
public struct Contestant: Hashable, Sendable {
  /// The agents whose flags and metrics are known.
  public enum Kind: String, Hashable, Sendable, CaseIterable { case godwit, prometheus, vmagent }

  public var kind: Kind
  /// The path of the program.
  public var executable: String

  public init(_ kind: Kind, executable: String) {
    self.kind = kind
    self.executable = executable
  }

  /// Looks for the program: at `path` if one is given, else in the directories of `PATH` and where systems put it.
  ///
  /// - Returns: nil if it is not there.
  public static func find(_ kind: Kind, path: String? = nil) -> Contestant? {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places = path.map { [$0] } ?? (directories + ["/usr/bin", "/usr/local/bin"]).map { "\($0)/\(kind.rawValue)" }
    return places.first { FileManager.default.isExecutableFile(atPath: $0) }.map { Contestant(kind, executable: $0) }
  }

  /// The message it sends where the endpoint takes both. Those versions of the others that distributions have know 1.0
  /// alone.
  var sends: WriteMessageVersion { kind == .godwit ? .v2 : .v1 }

  /// The metrics of which the sum is what it says it has delivered.
  var deliveredMetric: String {
    kind == .vmagent ? "vmagent_remotewrite_block_size_rows_sum" : "prometheus_remote_storage_samples_total"
  }

  /// Where an agent of a run has its files and where it listens.
  struct Place {
    var directory: URL
    var port: Int
    /// `host:port` of the targets and endpoints.
    var rig: String

    func path(_ name: String) -> String { directory.appending(path: name).path }
  }

  /// Writes its configuration for a workload.
  func configure(_ workload: Workload, _ place: Place) throws {
    var text = ""
    var rules = ""
    for rule in 0..<workload.rules {
      rules += "  - {source_labels: [__name__], regex: \"unwanted_metric_\(rule)_.*\", action: drop}\n"
    }
    if case .scrape(let targets, _, let seconds, _, _) = workload.source {
      text += "global: {scrape_interval: \(seconds)s, scrape_timeout: \(seconds)s}\n"
      text += "scrape_configs:\n- job_name: bench\n  static_configs:\n"
      for target in 0..<targets {
        text += "  - {targets: [\"\(place.rig)\"], labels: {instance: \"\(TargetPages.instance(target))\", "
        text += "__metrics_path__: /target/\(target)}}\n"
      }
    }
    if kind == .vmagent {
      if workload.rules > 0 { try Data(rules.utf8).write(to: place.directory.appending(path: "rules.yml")) }
    } else {
      text += "remote_write:\n"
      for endpoint in 0..<workload.endpoints {
        text += "- name: endpoint-\(endpoint)\n  url: \"\(endpointURL(endpoint, place))\"\n"
        if kind == .godwit { text += "  protobuf_message: \(sends.messageName)\n" }
        if workload.rules > 0 { text += "  write_relabel_configs:\n\(rules)" }
      }
    }
    try Data(text.utf8).write(to: place.directory.appending(path: "config.yml"))
  }

  /// The command line that runs it on the configuration.
  func arguments(_ workload: Workload, _ place: Place) -> [String] {
    let isRelay = if case .push = workload.source { true } else { false }
    let (config, data, address) = (place.path("config.yml"), place.path("data"), "127.0.0.1:\(place.port)")
    switch kind {
    case .godwit, .prometheus:
      return (kind == .godwit ? ["agent"] : ["--enable-feature=agent"])
        + ["--config.file=\(config)", "--storage.agent.path=\(data)", "--web.listen-address=\(address)"]
        + (isRelay ? ["--web.enable-remote-write-receiver"] : [])
    case .vmagent:
      return (isRelay ? [] : ["-promscrape.config=\(config)"])
        + (0..<workload.endpoints).map { "-remoteWrite.url=\(endpointURL($0, place))" }
        + (workload.rules > 0 ? ["-remoteWrite.relabelConfig=\(place.path("rules.yml"))"] : [])
        + ["-remoteWrite.tmpDataPath=\(data)", "-httpListenAddr=\(address)"]
    }
  }

  private func endpointURL(_ endpoint: Int, _ place: Place) -> String {
    // Agents tell endpoints apart by their URLs.
    "http://\(place.rig)/api/v1/write" + (endpoint > 0 ? "?endpoint=\(endpoint)" : "")
  }
}
