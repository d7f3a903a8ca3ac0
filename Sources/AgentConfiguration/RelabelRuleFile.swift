package import Diagnostics
package import Relabeling

/// A file with a list of relabelling rules alone, as `relabel_configs` has below it.
package enum RelabelRuleFile {
  package struct Result: Sendable {
    /// In order; nil when anything is wrong.
    package var rules: [RelabelRule]?
    /// All of severity error.
    package var errors: [Finding]
  }

  /// - Parameter path: how findings name the file.
  package static func read(text: String, path: String) -> Result {
    let findings = FindingCollector(path: path)
    var rules: [RelabelRule] = []
    if let node = YAMLParsing.document(in: text, findings: findings), !node.isNull {
      let key = YAMLNode(place: node.place, content: .scalar(YAMLScalar(text: listKey, isPlain: false)))
      let wrapped = YAMLNode(place: node.place, content: .mapping([YAMLField(key: key, value: node)]))
      if let section = SectionReader(wrapped, name: listKey, place: node.place, findings: findings) {
        rules = RelabelSection(scheme: .utf8).rules(listKey, in: section, emptyMessage: "empty relabeling rule")
      }
    }
    return Result(rules: findings.errors.isEmpty ? rules : nil, errors: ConfigurationReader.inOrder(findings.errors))
  }

  private static let listKey = "relabelling rules"
}
