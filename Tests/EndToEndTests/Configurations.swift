/// A configuration with one job, `site`, scraped every second, and named endpoints of Remote Write 2.0.
func configuration(
  to endpoints: [(name: String, url: String)], from targets: [String], message: String = version2, job: String = ""
) -> String {
  let queue = "queue_config: {batch_send_deadline: 200ms}"
  let writes = endpoints.map { "- {name: \($0.name), url: \"\($0.url)\", protobuf_message: \(message), \(queue)}\n" }
  let list = targets.map { "\"\($0)\"" }.joined(separator: ", ")
  return """
    global: {scrape_interval: 1s, scrape_timeout: 1s}
    \(writes.isEmpty ? "" : "remote_write:\n" + writes.joined())
    scrape_configs:
    - job_name: site
      static_configs: [{targets: [\(list)]}]
    \(job)

    """
}

let version1 = "prometheus.WriteRequest"
let version2 = "io.prometheus.write.v2.Request"

/// A configuration in which every target of a rig is a path of one server, under an address of its own.
func rigConfiguration(
  _ site: Site, targets: Int, interval: String, endpoint: String, message: String = version2, queue: String = ""
) -> String {
  let groups = (0..<targets).map { number in
    "  - {targets: [\"\(site.address)\"], labels: {instance: \"\(RigPages.instance(number))\", "
      + "__metrics_path__: /target/\(number)}}\n"
  }
  return """
    global: {scrape_interval: \(interval), scrape_timeout: \(interval)}
    remote_write:
    - name: rig
      url: \(endpoint)
      protobuf_message: \(message)
      queue_config: {\(queue)}
    scrape_configs:
    - job_name: rig
      static_configs:
    \(groups.joined())
    """
}
