import Settings

/// The text of the file of `--godwit.config`: what a `prometheus.yml` has no word for. Nil where nothing is to be said.
struct DeliveryText {
  private var yaml = CommentedYAML()

  var text: String { yaml.text }

  init?(_ generator: ConfigurationGenerator) {
    let request = generator.request
    guard request.consumer.isGodwit, request.outage != nil && request.rate != nil || request.freshFirst else {
      return nil
    }
    yaml.comment("What a prometheus.yml has no word for. Name this file with --godwit.config.")
    yaml.line("endpoints:")
    yaml.line("- name: \(request.backend.name)", indent: 2)
    if let outage = request.outage, let rate = request.rate {
      let footprint = AgentFootprint(rate: rate, interval: request.interval)
      yaml.comment("What may wait for the endpoint: \(footprint.logArithmetic(of: outage)), at least 256MB.", indent: 4)
      yaml.line("backlog:", indent: 4)
      yaml.field("max_bytes", Quantity.size(footprint.logBoundBytes(of: outage)), indent: 6)
      yaml.field(
        "at_cap", "drop-oldest", indent: 6,
        why:
          "There the oldest samples expire, for this endpoint alone, and are counted. refuse-new would take no new ones."
      )
    }
    if request.freshFirst {
      yaml.field(
        "fresh_first", "true", indent: 4,
        why: "After an outage new samples go ahead and the backlog is sent beside them.")
    }
    if generator.message == .version1 {
      yaml.field(
        "split_rejected", "true", indent: 4,
        why: "A refused request is taken apart until the guilty series stand alone: 1.0 does not say which they are.")
    }
  }
}
