import AgentConfiguration
import Diagnostics
import Relabeling

/// Reads a file for review: tells what it is by what it holds, and finds in it what rules look at.
package struct FileReading {
  package var path: String
  package var directory: String
  /// What the user says that it is; nil to tell by content.
  package var kind: FileKind?

  package init(path: String, directory: String, kind: FileKind? = nil) {
    self.path = path
    self.directory = directory
    self.kind = kind
  }

  /// A text that is no YAML gives a file without a root, unless it only has lost its indentation.
  package func file(_ text: String) -> ReviewedFile {
    var file = ReviewedFile(path: path, directory: directory, text: SourceText(text), kind: kind ?? .unknown)
    // What is wrong with the text is for whoever reads this kind of file to say.
    var node = YAMLParsing.document(in: text, findings: FindingCollector(path: path))
    if node == nil, let renesting = Renesting(of: file.text) {
      file.flattened = file.text
      file.text = SourceText(lines: renesting.lines)
      node = YAMLParsing.document(in: file.text.text, findings: FindingCollector(path: path))
    }
    if kind == nil {
      file.kind = node.map { FileKind(of: $0) } ?? .unknown
      if file.kind == .unknown, ScriptLine.isScript(file.text) { file.kind = .script }
    }
    guard let node, file.kind != .script else { return file }
    file.tree = node
    switch (file.kind, node.content) {
    case (.relabelRules, .sequence(let elements)):
      file.relabelLists = [
        ReviewedFile.RelabelList(
          role: .none, owner: "the list", ownerIndex: nil, place: node.place, rules: Self.rules(elements))
      ]
    case (.operator, .mapping(let fields)):
      fill(&file, from: OperatorTranslation.prometheus(of: fields, at: node.place))
    default:
      guard let root = Section(node) else { return file }
      fill(&file, from: root)
    }
    return file
  }

  private func fill(_ file: inout ReviewedFile, from root: Section) {
    file.root = root
    file.global = root.section("global")
    file.jobs = root.sections("scrape_configs")
    file.endpoints = root.sections("remote_write").enumerated().map {
      ReviewedFile.Endpoint(index: $0.offset, section: $0.element)
    }
    file.ruleGroups = root.sections("groups")
    for (index, job) in file.jobs.enumerated() {
      let owner = "job \"\(job.text("job_name")?.value ?? "")\""
      file.relabelLists += lists([.target, .metric], in: job, owner, index)
    }
    for endpoint in file.endpoints {
      file.relabelLists += lists([.write], in: endpoint.section, endpoint.title, endpoint.index)
    }
    if let alerting = root.section("alerting") { file.relabelLists += lists([.alert], in: alerting, "alerting", nil) }
  }

  private func lists(
    _ roles: [ReviewedFile.RelabelRole], in section: Section, _ owner: String, _ ownerIndex: Int?
  ) -> [ReviewedFile.RelabelList] {
    roles.compactMap { role in
      guard let field = section[role.rawValue] else { return nil }
      return ReviewedFile.RelabelList(
        role: role, owner: owner, ownerIndex: ownerIndex, place: field.key.place,
        rules: Self.rules(section.list(role.rawValue)))
    }
  }

  private static func rules(_ elements: [YAMLNode]) -> [ReviewedFile.Rule] {
    elements.compactMap { element in
      guard let section = Section(element) else { return nil }
      var rule = RelabelRule()
      rule.givesSourceLabels = section.has("source_labels")
      rule.sourceLabels = section.texts("source_labels").map(\.value)
      rule.separator = section.written("separator")
      rule.targetLabel = section.written("target_label")
      rule.regex = section.written("regex")
      rule.modulus = section.integer("modulus").flatMap { UInt64(exactly: $0.value) }
      rule.replacement = section.written("replacement")
      rule.action = section.written("action")
      return ReviewedFile.Rule(
        section: section, rule: rule, action: RelabelAction(rawValue: (rule.action ?? "replace").lowercased()),
        program: try? RelabelProgram([rule]))
    }
  }
}

extension Section {
  /// A text as the reference reads it: what is there without a value is an empty text.
  fileprivate func written(_ key: String) -> String? {
    guard let scalar = self[key]?.value.scalar else { return nil }
    return scalar.resolved == .null ? "" : scalar.text
  }
}

extension FileKind {
  /// By the keys at the top.
  init(of node: YAMLNode) {
    switch node.content {
    case .scalar: self = .unknown
    case .sequence(let elements): self = Self.ofList(elements)
    case .mapping(let fields):
      let keys = Set(fields.compactMap { $0.key.scalar?.text })
      self =
        Self.table.first { !$0.keys.isDisjoint(with: keys) }?.kind ?? (Self.areQueries(fields) ? .queries : .unknown)
      if self == .agent, let alerting = Section(node)?.section("alerting") {
        if !(alerting.list("alertmanagers") + alerting.list("alert_relabel_configs")).isEmpty { self = .server }
      }
    }
  }

  /// In this order: a key that only one kind has decides.
  private static let table: [(kind: FileKind, keys: Set<String>)] = [
    (.operator, ["apiVersion", "remoteWrite", "prometheusSpec", "kube-prometheus-stack", "prometheus"]),
    (.web, ["tls_server_config", "http_server_config", "basic_auth_users"]),
    (.rules, ["groups"]),
    (.server, ["rule_files", "remote_read"]),
    (.agent, ["global", "scrape_configs", "remote_write", "scrape_config_files", "storage", "alerting"]),
    (.delivery, ["endpoints"]),
  ]

  /// Nothing but texts that mention what senders count.
  private static func areQueries(_ fields: [YAMLField]) -> Bool {
    let texts = fields.compactMap { $0.value.scalar?.text }
    return texts.count == fields.count
      && texts.contains { $0.contains("remote_storage_") || $0.contains("remotewrite_") }
  }

  private static func ofList(_ elements: [YAMLNode]) -> FileKind {
    let keys = Set(elements.compactMap { Section($0) }.flatMap { $0.fields.compactMap { $0.key.scalar?.text } })
    if keys.contains("targets") { return .targets }
    let ofRules: Set = ["action", "source_labels", "regex", "target_label", "replacement"]
    return keys.isDisjoint(with: ofRules) ? .unknown : .relabelRules
  }
}
