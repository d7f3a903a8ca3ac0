/// The `prometheus.yml` of the demo.
struct DemoConfiguration {
  /// The file, beside the configuration, that names the agent itself: its port is known only once it runs.
  static let agentTargetsFile = "agent.json"

  var isVersion1: Bool
  var receiverAddress: String
  /// Of a node exporter, where there is one.
  var machineAddress: String?

  /// What the message is called in the view.
  var messageName: String { isVersion1 ? "Remote Write 1.0" : "Remote Write 2.0" }

  var text: String {
    var text = """
      global:
        scrape_interval: 2s
        scrape_timeout: 2s
        external_labels:
          origin: demo
      scrape_configs:
        - job_name: agent
          file_sd_configs:
            - files: [\(Self.agentTargetsFile)]
        - job_name: receiver
          static_configs:
            - targets: ["\(receiverAddress)"]

      """
    if let machineAddress {
      text += """
          - job_name: machine
            static_configs:
              - targets: ["\(machineAddress)"]

        """
    }
    text += """
      remote_write:
        - name: demo
          url: http://\(receiverAddress)/api/v1/write
          protobuf_message: \(isVersion1 ? "prometheus.WriteRequest" : "io.prometheus.write.v2.Request")
          queue_config:
            batch_send_deadline: 1s

      """
    return text
  }

  /// The contents of ``agentTargetsFile``.
  static func agentTargets(address: String) -> String { #"[{"targets": ["\#(address)"]}]"# + "\n" }
}
