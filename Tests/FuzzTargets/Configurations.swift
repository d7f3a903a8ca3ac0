import AgentConfiguration
import Diagnostics
import MetricModel
import Settings

extension FuzzTarget {
  /// Files that a person or another program writes.
  static let configurations = [
    FuzzTarget("configuration", seeds: { [Array(configuration.utf8)] }) { input in
      let text = String(decoding: input, as: UTF8.self)
      let lineCount = 1 + text.utf8.count { $0 == 0x0a || $0 == 0x0d }
      let reader = ConfigurationReader(directory: "/", environment: { _ in nil }, files: NoFiles())
      for finding in reader.read(text: text, path: "f").findings {
        precondition((finding.line ?? 1) <= lineCount + 1, "a finding stands behind the end of the file")
      }
      _ = SecretRedactor.rendering(text)
    },
    FuzzTarget("delivery-file", seeds: { [Array(deliveryFile.utf8)] }) { input in
      let endpoints = [EndpointSettings(name: "a", url: "http://a/")]
      _ = DeliveryFile.read(text: String(decoding: input, as: UTF8.self), path: "f", endpoints: endpoints)
    },
    FuzzTarget("target-file", seeds: { [Array(targets.utf8), Array(targetsInYAML.utf8)] }) { input in
      _ = TargetFile.read(text: String(decoding: input, as: UTF8.self), path: "f.json")
    },
    FuzzTarget("duration", seeds: { ["1h30m", "15s", "2y"].map { Array($0.utf8) } }) { input in
      let text = String(decoding: input, as: UTF8.self)
      guard let duration = try? DurationText.parse(text) else { return }
      let again = try? DurationText.parse(DurationText.format(duration))
      precondition(again == duration, "a duration changed when it was written and read again")
    },
  ]

  private static let configuration = """
    global: {scrape_interval: 15s, external_labels: {a: "${B}"}}
    scrape_configs:
      - job_name: a
        static_configs: [{targets: ["a:1"], labels: {b: c}}]
        relabel_configs: [{source_labels: [a], regex: "(.*)x", target_label: b, replacement: $1}]
        basic_auth: {username: u, password: p}
    remote_write:
      - url: http://u:p@a/api/v1/write
        queue_config: &q {max_shards: 3}
        tls_config: {insecure_skip_verify: true}
        write_relabel_configs: [{action: hashmod, modulus: 7, source_labels: [a], target_label: t}]

    """

  private static let deliveryFile = """
    endpoints:
      a: {backlog: {max_bytes: 1GB, max_age: 1h, at_cap: refuse-new}, split_rejected: true}

    """

  private static let targets = #"[{"targets": ["a:1", "b:2"], "labels": {"c": "d"}}]"#
  private static let targetsInYAML = "- targets: [a:1]\n  labels: {b: c}\n"
}

/// A configuration under test reads no file of this machine.
struct NoFiles: ConfigurationFiles {
  struct Missing: Error {}
  func text(atPath path: String) throws -> String { throw Missing() }
  func paths(matching pattern: String) -> [String] { [] }
}
