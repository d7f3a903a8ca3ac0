package import Relabeling

/// Reads lists of relabelling rules. Each rule is compiled once, so that what passes here cannot fail later.
package struct RelabelSection {
  /// Which label names the rules may make.
  package var scheme: LabelNameScheme

  package init(scheme: LabelNameScheme) { self.scheme = scheme }

  /// - Parameter emptyMessage: what to report for an entry without a value.
  package func rules(_ key: String, in section: SectionReader, emptyMessage: String) -> [RelabelRule] {
    section.sections(key, emptyMessage: emptyMessage).compactMap { rule(in: $0) }
  }

  private func rule(in section: SectionReader) -> RelabelRule? {
    let errorCount = section.findings.errors.count
    var rule = RelabelRule()
    if let labels = section.texts("source_labels") {
      for label in labels where label.value.isEmpty {
        section.error(.invalidValue, at: label.place, "\"\" is not a valid label name")
      }
      rule.sourceLabels = labels.map(\.value)
      rule.givesSourceLabels = true
    }
    rule.separator = section.text("separator")?.value
    rule.targetLabel = section.text("target_label")?.value
    rule.regex = section.text("regex")?.value
    rule.modulus = modulus(in: section)
    rule.replacement = section.text("replacement")?.value
    rule.action = section.text("action")?.value
    section.finish()
    // A rule that could not be read in full would only draw further complaints.
    guard section.findings.errors.count == errorCount else { return nil }
    do throws(RelabelRuleError) {
      _ = try RelabelProgram([rule], nameScheme: scheme)
      return rule
    } catch {
      let place = section.has(error.field) ? section.valuePlace(of: error.field) : section.place
      let (problem, advice) = Self.parts(of: error.message)
      section.error(.relabelRule, at: place, problem, fix: advice)
      return nil
    }
  }

  /// What is wrong and, behind the last semicolon, what to do about it.
  private static func parts(of message: String) -> (problem: String, advice: String) {
    var rest = message[...]
    while let semicolon = rest.lastIndex(of: ";") {
      let advice = message[semicolon...].dropFirst()
      if advice.hasPrefix(" ") { return (String(message[..<semicolon]), String(advice.dropFirst())) }
      rest = message[..<semicolon]
    }
    return (message, "")
  }

  private func modulus(in section: SectionReader) -> UInt64? {
    if let field = section.field("modulus"), case .unsigned(let value)? = field.value.scalar?.resolved { return value }
    return section.count("modulus").map { UInt64($0.value) }
  }
}
