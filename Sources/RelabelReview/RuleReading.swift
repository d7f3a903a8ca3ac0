import AgentConfiguration
public import Diagnostics
import Foundation
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings

/// Rules read from a file or from a configuration, or everything that is wrong with them.
///
///     let reading = try RuleReading(file: "rules.yml")
///     let reading = try RuleReading(configuration: "prometheus.yml", section: "job=node/metric_relabel_configs")
///     guard reading.findings.isEmpty else { … }
public struct RuleReading: Sendable {
  /// Empty when there are findings. More than one for a configuration without a section: one for each endpoint.
  public var lists: [RuleList] = []
  /// What the reference refuses too, all of severity error.
  public var findings: [Finding] = []

  /// Rules of a file: a list of them, or a mapping with one of the known keys.
  public init(file path: String) throws {
    try self.init(text: try Self.text(of: path), path: path)
  }

  init(text: String, path: String) throws {
    let collector = FindingCollector(path: path)
    let node = YAMLParsing.document(in: text, findings: collector)
    let list = try node.flatMap { try Self.list(in: $0, path: path, collector) }
    if let list { self = try Self.reading(of: list.node, list.section, named: path, path, collector) }
    findings = collector.errors
    if !findings.isEmpty { lists = [] }
    if lists.isEmpty && findings.isEmpty { lists = [try RuleList([], places: [], name: path, path: path)] }
  }

  /// Rules of a configuration.
  ///
  /// - Parameter section: `job=NAME/metric_relabel_configs`, `job=NAME/relabel_configs`, `remote_write=NAME` …; nil for
  ///   the way to each endpoint.
  public init(configuration path: String, section: String?) throws {
    let text = try Self.text(of: path)
    let absolute = URL(fileURLWithPath: path).path
    let reader = ConfigurationReader(
      directory: (absolute as NSString).deletingLastPathComponent,
      environment: { ProcessInfo.processInfo.environment[$0] })
    let result = reader.read(text: text, path: path)
    guard let settings = result.settings else {
      findings = result.errors
      return
    }
    let file = ConfigurationRules(settings, text: text, path: path)
    if let section {
      lists = [try file.list(section)]
    } else {
      lists = try settings.endpoints.indices.map { try file.endpoint($0) }
      if lists.isEmpty {
        throw RelabelReviewError.sectionUnknown("remote_write", path: path, known: file.known)
      }
    }
  }

  /// The answer where the rules were refused.
  public var refusal: Answer {
    let what = "\(findings.count) \(findings.count == 1 ? "error" : "errors")"
    return Answer(summary: "The rules are refused: \(what).", findings: findings) { writer in
      writer.object { $0.member("results") { $0.array { _ in } } }
    }
  }

  // MARK: - Parts

  static func text(of path: String) throws -> String {
    do {
      if path == "-" {
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(validating: data, as: UTF8.self) else {
          throw CocoaError(.fileReadInapplicableStringEncoding)
        }
        return text
      }
      return try LocalConfigurationFiles().text(atPath: path)
    } catch {
      throw RelabelReviewError.unreadable(path: path, reason: SeriesInput.reason(error))
    }
  }

  /// The list of rules in a document, with what its key says they are for.
  private static func list(
    in node: YAMLNode, path: String, _ findings: FindingCollector
  ) throws -> (node: YAMLNode, section: RuleList.Section?)? {
    guard case .mapping(let fields) = node.content else { return (node, nil) }
    let keys = fields.compactMap { $0.key.scalar?.text }
    if keys.contains(where: { ["global", "scrape_configs", "remote_write"].contains($0) }) {
      throw RelabelReviewError.wholeConfiguration(path: path)
    }
    for field in fields {
      guard let key = field.key.scalar?.text, let section = RuleList.Section(rawValue: key), fields.count == 1 else {
        continue
      }
      return (field.value, section)
    }
    findings.error(
      .wrongKind, at: node.place, "expected a list of relabel configs",
      evidence: "a mapping with \(keys.prefix(5).joined(separator: ", "))",
      fix: "begin each rule with a dash, or put the list below one of "
        + RuleList.Section.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  /// Reads the rules of `node` by the same code that reads them within a configuration.
  static func reading(
    of node: YAMLNode, _ section: RuleList.Section?, named name: String, _ path: String, _ findings: FindingCollector
  ) throws -> RuleReading {
    let key = section ?? .metric
    let keyNode = YAMLNode(place: node.place, content: .scalar(YAMLScalar(text: key.rawValue, isPlain: true)))
    let parent = YAMLNode(place: node.place, content: .mapping([YAMLField(key: keyNode, value: node)]))
    var reading = RuleReading()
    guard let reader = SectionReader(parent, name: "the rules", place: node.place, findings: findings) else {
      return reading
    }
    let rules = RelabelSection(scheme: .utf8).rules(
      key.rawValue, in: reader, emptyMessage: "empty or null relabeling rule")
    guard findings.errors.isEmpty else { return reading }
    reading.lists = [try RuleList(rules, places: places(of: node), name: name, path: path, section: section)]
    return reading
  }

  private init() {}

  static func places(of node: YAMLNode) -> [Place?] {
    if case .sequence(let elements) = node.content { return elements.map(\.place) }
    return []
  }
}
