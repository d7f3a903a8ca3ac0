import AgentConfiguration
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings

/// The lists of rules of a configuration that was read and found right, with their places.
struct ConfigurationRules {
  private let settings: AgentSettings
  private let path: String
  private let root: YAMLNode?

  init(_ settings: AgentSettings, text: String, path: String) {
    self.settings = settings
    self.path = path
    root = YAMLParsing.document(in: text, findings: FindingCollector(path: path))
  }

  /// What ``list(_:)`` takes.
  var known: [String] {
    settings.scrapes.flatMap { scrape in
      [RuleList.Section.target, .metric].map { "job=\(scrape.jobName)/\($0.rawValue)" }
    } + settings.endpoints.map { "remote_write=\($0.name)/\(RuleList.Section.write.rawValue)" }
  }

  /// The rules of `job=NAME/SECTION` or `remote_write=NAME/SECTION`; without a section those of
  /// `metric_relabel_configs` or `write_relabel_configs`.
  func list(_ name: String) throws -> RuleList {
    for (index, scrape) in settings.scrapes.enumerated() {
      for section in [RuleList.Section.metric, .target]
      where name == "job=\(scrape.jobName)/\(section.rawValue)"
        || (name == "job=\(scrape.jobName)" && section == .metric)
      {
        return try job(index, section)
      }
    }
    for (index, endpoint) in settings.endpoints.enumerated()
    where name == "remote_write=\(endpoint.name)/\(RuleList.Section.write.rawValue)"
      || name == "remote_write=\(endpoint.name)"
    {
      return try self.endpoint(index)
    }
    throw RelabelReviewError.sectionUnknown(name, path: path, known: known)
  }

  private func job(_ index: Int, _ section: RuleList.Section) throws -> RuleList {
    let scrape = settings.scrapes[index]
    let rules = section == .target ? scrape.relabelRules : scrape.metricRelabelRules
    // Jobs of other files stand behind those of this one, and have no places here.
    let node = Self.elements(of: root?["scrape_configs"]).dropFirst(index).first
    return try RuleList(
      rules, places: places(node, section), name: "job=\(scrape.jobName)", path: path, section: section)
  }

  /// The way to an endpoint: external labels, then its rules.
  func endpoint(_ index: Int) throws -> RuleList {
    let endpoint = settings.endpoints[index]
    let node = Self.elements(of: root?["remote_write"]).dropFirst(index).first
    return try RuleList(
      endpoint.relabelRules, places: places(node, .write), name: endpoint.name, path: path, section: .write,
      externalLabels: settings.externalLabels, version: endpoint.message == .version2 ? .v2 : .v1)
  }

  private func places(_ node: YAMLNode?, _ section: RuleList.Section) -> [Place?] {
    node?[section.rawValue].map { RuleReading.places(of: $0) } ?? []
  }

  private static func elements(of node: YAMLNode?) -> [YAMLNode] {
    if case .sequence(let elements)? = node?.content { return elements }
    return []
  }
}

extension YAMLNode {
  /// The value of a key of a mapping.
  subscript(key: String) -> YAMLNode? {
    guard case .mapping(let fields) = content else { return nil }
    return fields.first { $0.key.scalar?.text == key }?.value
  }
}
