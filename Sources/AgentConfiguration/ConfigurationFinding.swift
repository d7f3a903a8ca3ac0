/// What can be wrong with a configuration file. The raw value is the stable id of the finding.
package enum ConfigurationFinding: String, CaseIterable {
  /// The text is not YAML: wrong indentation, a tab, a missing quotation mark. Nothing else can be said about the file.
  case syntax = "GW101"
  /// A key that this section does not have, usually mistyped or one level too high.
  case unknownKey = "GW102"
  /// A key that stands twice in one mapping.
  case duplicateKey = "GW103"
  /// A value of the wrong kind: a text where a list belongs, a number that is none.
  case wrongKind = "GW104"
  /// A value of the right kind that is out of bounds or not one of the known words.
  case invalidValue = "GW105"
  /// Something that must be there is not.
  case missing = "GW106"
  /// Two settings that exclude each other.
  case conflict = "GW107"
  /// A section that exists in Prometheus but not in its agent mode.
  case notInAgentMode = "GW108"
  /// A name that another entry of the list has already.
  case duplicateName = "GW109"
  /// A relabelling rule that cannot work.
  case relabelRule = "GW110"
  /// A file the configuration names cannot be read.
  case unreadableFile = "GW111"
  /// The document is larger or deeper than any configuration: see ``YAMLLimits``.
  case tooLarge = "GW112"
  /// A text whose indentation is lost, as when it is copied from a web page.
  case flattened = "GW113"
  /// Valid for Prometheus, but not built into this agent, which therefore refuses to start rather than ignore it.
  case notBuilt = "GW120"
  /// Valid as a text for Prometheus, but bound to fail in every request, so this agent refuses to start.
  case cannotWork = "GW121"
  /// Valid for Prometheus, without meaning here, and harmless to ignore; the agent starts and says so.
  case noEffect = "GW130"
  /// Valid for Prometheus as a text, and no request can succeed with it; the agent starts, and samples wait.
  case willFail = "GW131"
}
