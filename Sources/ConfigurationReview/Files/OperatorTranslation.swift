import AgentConfiguration

/// What a resource of the Prometheus Operator says, as if it stood in a prometheus.yml: the same places, the other names.
///
/// Only what review rules look at: `remoteWrite` with its queue, its credentials and its relabelling, external labels.
enum OperatorTranslation {
  static func prometheus(of fields: [YAMLField], at place: Place) -> Section {
    let root = Section(fields, at: place)
    let spec = specification(in: root) ?? root
    var translated: [YAMLField] = []
    if let writes = spec["remoteWrite"] {
      translated.append(YAMLField(key: renamed(writes.key, "remote_write"), value: underscored(writes.value)))
    }
    let labels = ["externalLabels", "scrapeInterval", "scrapeTimeout"].compactMap { key in
      spec[key].map { YAMLField(key: renamed($0.key, underscored(key)), value: $0.value) }
    }
    if !labels.isEmpty {
      let key = YAMLNode(place: spec.place, content: .scalar(YAMLScalar(text: "global", isPlain: true)))
      translated.append(
        YAMLField(key: key, value: YAMLNode(place: spec.place, content: .mapping(labels))))
    }
    if let groups = spec["groups"] { translated.append(groups) }
    return Section(translated, at: place)
  }

  /// The specification as it is written, with the Operator's names.
  static func written(in file: ReviewedFile) -> Section? {
    let node = YAMLParsing.document(in: file.text.text, findings: FindingCollector(path: file.path))
    return node.flatMap { Section($0) }.map { specification(in: $0) ?? $0 }
  }

  /// Of a resource itself, or within the values of the chart that makes one.
  private static func specification(in root: Section) -> Section? {
    if let spec = root.section("spec") { return spec }
    if let spec = root.section("prometheusSpec") { return spec }
    for key in ["prometheus", "kube-prometheus-stack"] {
      if let inner = root.section(key), let spec = specification(in: inner) { return spec }
    }
    return nil
  }

  private static func renamed(_ key: YAMLNode, _ name: String) -> YAMLNode {
    YAMLNode(place: key.place, content: .scalar(YAMLScalar(text: name, isPlain: true)))
  }

  private static func underscored(_ node: YAMLNode) -> YAMLNode {
    switch node.content {
    case .scalar: return node
    case .sequence(let elements):
      return YAMLNode(place: node.place, content: .sequence(elements.map { underscored($0) }))
    case .mapping(let fields):
      let translated = fields.map { field in
        // The names of headers are not ours.
        let isForeign = field.key.scalar?.text == "headers"
        return YAMLField(
          key: field.key.scalar.map { renamed(field.key, names[$0.text] ?? underscored($0.text)) } ?? field.key,
          value: isForeign ? field.value : underscored(field.value))
      }
      return YAMLNode(place: node.place, content: .mapping(translated))
    }
  }

  /// Where the Operator's word is another one altogether.
  private static let names = [
    "writeRelabelConfigs": "write_relabel_configs", "retryOnRateLimit": "retry_on_http_429",
    "caFile": "ca_file", "certFile": "cert_file", "keyFile": "key_file", "messageVersion": "protobuf_message",
    "remoteTimeout": "remote_timeout", "sigv4": "sigv4", "oauth2": "oauth2",
  ]

  /// `maxSamplesPerSend` → `max_samples_per_send`
  static func underscored(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase {
        result += "_" + character.lowercased()
      } else {
        result.append(character)
      }
    }
    return result
  }
}
