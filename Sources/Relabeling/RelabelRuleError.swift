/// A rule that cannot be run: which one, which of its keys is at fault, what is wrong and what to do.
public struct RelabelRuleError: Error, Hashable, Sendable {
  /// The place of the rule in its list, from 0.
  public var ruleIndex: Int
  /// The key at fault as the configuration file spells it: `regex`, `target_label`…
  public var field: String
  /// What is wrong, in the words users know from Prometheus, and after a semicolon what to do about it.
  public var message: String

  public init(ruleIndex: Int, field: String, message: String) {
    self.ruleIndex = ruleIndex
    self.field = field
    self.message = message
  }
}

extension RelabelRuleError: CustomStringConvertible {
  public var description: String { "rule \(ruleIndex), \(field): \(message)" }
}
