import AgentConfiguration
import Diagnostics

/// The evidence in one YAML document, told by what it holds and not by what its file is called.
struct DocumentEvidence {
  struct Piece {
    var kind: Evidence.Kind
    var line: Int
    var weight: Double
    var says: String
    var seen: String
  }

  private(set) var found: [Piece] = []
  /// Lines above the document.
  private let offset: Int
  /// Whether this is a text that stands in another document; texts in it are not read again.
  private let isEmbedded: Bool

  init(offset: Int, isEmbedded: Bool = false) {
    self.offset = offset
    self.isEmbedded = isEmbedded
  }

  mutating func take(_ node: YAMLNode) {
    if node["apiVersion"] != nil, let kind = node.field("kind") {
      if kind.value.text == "List" {
        for item in node["items"]?.elements ?? [] { take(item) }
      } else {
        takeResource(kind, node)
      }
    } else if node["receivers"] != nil, node["service"] != nil || node["exporters"] != nil {
      takeCollector(node)
    } else if node["services"]?.fields.contains(where: { $0.value["image"] != nil || $0.value["build"] != nil }) == true
    {
      for service in node["services"]?.fields ?? [] { takeContainer(service.value) }
    } else if node["groups"]?.elements.contains(where: { $0["rules"] != nil }) == true,
      let groups = node.field("groups")
    {
      add(.rules, groups, 1, "has rules that a server evaluates", "groups")
    } else if let functions = node.field("functions"), node["provider"] != nil {
      add(.serverless, functions, 0.9, "deploys functions that run for a request", "functions")
    } else if !node.elements.isEmpty {
      takeTargets(node.elements)
    } else {
      takePrometheus(node)
      takeValues(node)
      takeInventory(node)
    }
  }

  mutating func add(_ kind: Evidence.Kind, _ field: YAMLField, _ weight: Double, _ says: String, _ seen: String) {
    add(kind, field.key.place.line, weight, says, seen)
  }

  mutating func add(_ kind: Evidence.Kind, _ line: Int, _ weight: Double, _ says: String, _ seen: String) {
    found.append(Piece(kind: kind, line: line + offset, weight: weight, says: says, seen: seen))
  }

  mutating func addHosts(_ count: Int, _ line: Int, _ says: String) {
    guard let weight = FileEvidence.weight(ofHosts: count) else { return }
    add(.manyHosts, line, weight, says, "\(count) hosts")
  }

  /// A configuration that stands in a value, as in a ConfigMap, line by line below its key.
  mutating func takeText(_ field: YAMLField) {
    guard !isEmbedded, let text = field.value.text, text.utf8.contains(0x0a) else { return }
    let above = field.value.place.line + offset
    let collector = FindingCollector(path: "")
    if let node = YAMLParsing.document(in: text, findings: collector), collector.errors.isEmpty,
      node.scalar == nil
    {
      var inner = DocumentEvidence(offset: above, isEmbedded: true)
      inner.take(node)
      found += inner.found
    } else {
      for (line, signature) in Self.alloyScan.places(in: Array(text.utf8)) {
        add(signature.kind, line + field.value.place.line, signature.weight, signature.says, signature.text)
      }
    }
  }

  private static let alloyScan = SignatureScan(OperationSignatures.alloy, comments: ["//"])

  // MARK: - Lists of hosts

  /// A list for `file_sd_configs`.
  private mutating func takeTargets(_ elements: [YAMLNode]) {
    guard let first = elements.first(where: { $0["targets"] != nil }) else { return }
    addHosts(elements.reduce(0) { $0 + ($1["targets"]?.elements.count ?? 0) }, first.place.line, "lists targets")
  }

  /// An inventory of Ansible's: groups with `hosts`, and groups in them.
  private mutating func takeInventory(_ node: YAMLNode) {
    guard let first = node.fields.first(where: { $0.value["hosts"] != nil || $0.value["children"] != nil }) else {
      return
    }
    addHosts(node.fields.reduce(0) { $0 + Self.hosts(in: $1.value) }, first.key.place.line, "lists hosts")
  }

  private static func hosts(in group: YAMLNode) -> Int {
    let own = group["hosts"]?.fields.reduce(0) { count, host in
      count + FileEvidence.span(of: Array((host.key.scalar?.text ?? "").utf8)[...])
    }
    return (own ?? 0) + (group["children"]?.fields ?? []).reduce(0) { $0 + hosts(in: $1.value) }
  }

  // MARK: - The collector

  private mutating func takeCollector(_ node: YAMLNode) {
    if let otlp = node["receivers"]?.fields.first(where: { Self.isNamed($0, "otlp") }),
      Self.carriesMetrics(node, "otlp")
    {
      add(.otlpReceiver, otlp, 1, "is a collector that takes OTLP metrics", "receivers: otlp")
    }
    if let sender = node["exporters"]?.fields.first(where: { Self.isNamed($0, "prometheusremotewrite") }) {
      add(.collectorRemoteWrite, sender, 1, "is a collector that sends by remote write", "prometheusremotewrite")
    }
    if let scraper = node["receivers"]?.fields.first(where: { Self.isNamed($0, "prometheus") }) {
      for field in scraper.value["config"]?.fields ?? [] where field.key.scalar?.text == "scrape_configs" {
        add(.agent, field, 0.6, "is a collector that scrapes", "receivers: prometheus")
      }
    }
    if let host = node["receivers"]?.fields.first(where: { Self.isNamed($0, "hostmetrics") }) {
      add(.hostExporter, host, 0.9, "measures the host it runs on", "receivers: hostmetrics")
    }
  }

  /// Whether a part of a collector is called `name` or `name/something`.
  private static func isNamed(_ field: YAMLField, _ name: String) -> Bool {
    let text = field.key.scalar?.text ?? ""
    return text == name || text.hasPrefix(name + "/")
  }

  /// Whether a receiver is in a pipeline of metrics; where none are listed, nobody knows better.
  private static func carriesMetrics(_ node: YAMLNode, _ name: String) -> Bool {
    let pipelines = node["service", "pipelines"]?.fields ?? []
    return pipelines.isEmpty
      || pipelines.contains { pipeline in
        isNamed(pipeline, "metrics")
          && (pipeline.value["receivers"]?.texts ?? []).contains { $0 == name || $0.hasPrefix(name + "/") }
      }
  }
}
