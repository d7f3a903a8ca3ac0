extension RelabelRule {
  static let separatorByDefault = ";"
  static let regexByDefault = "(.*)"
  static let replacementByDefault = "$1"

  /// What is wrong with a rule, before it is known which rule of a list it is.
  struct Fault: Error {
    var field: String
    var message: String

    init(_ field: String, _ message: String) {
      self.field = field
      self.message = message
    }
  }

  /// Checks that the fields fit each other and `action`.
  func validate(for action: RelabelAction, nameScheme: LabelNameScheme) throws(Fault) {
    if action == .hashMod && (modulus ?? 0) == 0 {
      throw Fault(
        "modulus",
        "relabel configuration for hashmod requires non-zero modulus; set 'modulus' to the number of shards")
    }
    if action.needsTarget { try validateTarget(for: action, nameScheme: nameScheme) }
    let gives = (replacement ?? Self.replacementByDefault) != Self.replacementByDefault
    if gives && action.refusesReplacement {
      throw Fault("replacement", "'replacement' can not be set for \(action.rawValue) action; remove it")
    }
    if action == .labelMap { try validateMapping(nameScheme: nameScheme) }
    try validateAbsentFields(for: action)
  }

  func parsedAction() throws(Fault) -> RelabelAction {
    guard let word = action else { return .replace }
    let known = RelabelAction.allCases.map(\.rawValue).joined(separator: ", ")
    if word.isEmpty { throw Fault("action", "relabel action cannot be empty; use one of \(known)") }
    guard let action = RelabelAction(word: word) else {
      throw Fault("action", "unknown relabel action \"\(word)\"; use one of \(known)")
    }
    return action
  }

  func validateSourceLabels(nameScheme: LabelNameScheme) throws(Fault) {
    for name in sourceLabels where !nameScheme.accepts(name.utf8Array) {
      throw Fault("source_labels", "\"\(name)\" is not a valid label name; \(nameScheme.advice)")
    }
  }

  func parsedPattern() throws(Fault) -> Pattern {
    do throws(RegexRefusal) {
      return try Pattern(regex ?? Self.regexByDefault)
    } catch {
      throw Fault(
        "regex", "\(error.message); write it in the syntax of RE2, which has neither look-around nor back-references")
    }
  }

  private func validateTarget(for action: RelabelAction, nameScheme: LabelNameScheme) throws(Fault) {
    let target = targetLabel ?? ""
    if target.isEmpty {
      throw Fault(
        "target_label",
        "relabel configuration for \(action.rawValue) action requires 'target_label' value; name the label to "
          + (action == .keepEqual || action == .dropEqual ? "compare with" : "set"))
    }
    let isTemplate = action == .replace && target.utf8.contains(UInt8(ascii: "$"))
    let isValid = isTemplate ? nameScheme.acceptsTemplate(target) : nameScheme.accepts(target.utf8Array)
    if !isValid {
      throw Fault(
        "target_label", "\"\(target)\" is invalid 'target_label' for \(action.rawValue) action; \(nameScheme.advice)")
    }
  }

  private func validateMapping(nameScheme: LabelNameScheme) throws(Fault) {
    let template = replacement ?? Self.replacementByDefault
    if !nameScheme.acceptsTemplate(template) {
      throw Fault(
        "replacement", "\"\(template)\" is invalid 'replacement' for labelmap action; \(nameScheme.advice)")
    }
  }

  /// Some actions refuse every field they do not read, so that a misunderstanding does not pass in silence.
  private func validateAbsentFields(for action: RelabelAction) throws(Fault) {
    let givesSeparator = (separator ?? Self.separatorByDefault) != Self.separatorByDefault
    let givesModulus = (modulus ?? 0) != 0
    let excess: String?
    let allowed: String
    switch action {
    case .keepEqual, .dropEqual:
      // Any regex at all, be it the default one written out.
      excess = regex != nil ? "regex" : givesModulus ? "modulus" : givesSeparator ? "separator" : nil
      allowed = "'source_labels' and `target_label`"
    case .labelDrop, .labelKeep:
      let givesReplacement = (replacement ?? Self.replacementByDefault) != Self.replacementByDefault
      let givesSources = givesSourceLabels || !sourceLabels.isEmpty
      let givesTarget = !(targetLabel ?? "").isEmpty
      excess =
        givesSources
        ? "source_labels"
        : givesTarget
          ? "target_label"
          : givesModulus
            ? "modulus" : givesSeparator ? "separator" : givesReplacement ? "replacement" : nil
      allowed = "'regex'"
    default: return
    }
    if let excess {
      throw Fault(
        excess, "\(action.rawValue) action requires only \(allowed), and no other fields; remove '\(excess)'")
    }
  }
}
