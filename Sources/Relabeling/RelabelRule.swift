/// One entry of `relabel_configs`, `metric_relabel_configs` or `write_relabel_configs`, as it was read.
///
/// A field is nil when the file does not give it. A field given as YAML null or as an empty text is an empty text
/// here, which the rules below tell apart: `regex:` matches only the empty value, no `regex` at all matches anything.
///
///     let rule = RelabelRule(sourceLabels: ["__name__"], regex: "go_.*", action: "drop")
///     let program = try RelabelProgram([rule])
public struct RelabelRule: Hashable, Sendable {
  /// The labels whose values are joined by ``separator``; a label that is missing counts as empty.
  public var sourceLabels: [String]
  /// Whether the file has the key `source_labels`, be its list empty: `labeldrop` and `labelkeep` refuse the key.
  public var givesSourceLabels: Bool
  /// `;` when not given.
  public var separator: String?
  /// The label to set; with `replace` a template.
  public var targetLabel: String?
  /// An expression of RE2 that has to match all of the joined value; `(.*)` when not given.
  public var regex: String?
  /// What `hashmod` divides by.
  public var modulus: UInt64?
  /// The template of the new value; `$1` when not given.
  public var replacement: String?
  /// The word of a ``RelabelAction``, in any case; `replace` when not given.
  public var action: String?

  public init(
    sourceLabels: [String] = [], separator: String? = nil, targetLabel: String? = nil, regex: String? = nil,
    modulus: UInt64? = nil, replacement: String? = nil, action: String? = nil
  ) {
    self.sourceLabels = sourceLabels
    self.givesSourceLabels = !sourceLabels.isEmpty
    self.separator = separator
    self.targetLabel = targetLabel
    self.regex = regex
    self.modulus = modulus
    self.replacement = replacement
    self.action = action
  }
}

extension String {
  var utf8Array: [UInt8] { Array(utf8) }
}
