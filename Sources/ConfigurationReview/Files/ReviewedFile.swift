package import AgentConfiguration
package import Relabeling

/// What kind of file it is, told by what it holds.
public enum FileKind: String, Sendable, CaseIterable {
  /// A prometheus.yml that agent mode takes too.
  case agent
  /// A prometheus.yml with what only a server does: rules, alerts, reading from elsewhere.
  case server
  /// TLS and users of a listener (`--web.config.file`).
  case web
  /// Groups of recording and alerting rules.
  case rules
  /// A resource of the Prometheus Operator, or the values that become one.
  case `operator`
  /// What Prometheus has no word for (`--godwit.config`).
  case delivery
  /// A list of relabelling rules alone.
  case relabelRules = "relabel-rules"
  /// A list of targets for `file_sd_configs`.
  case targets
  /// Commands or code, as guides have them beside configurations.
  case script
  /// Expressions of PromQL by their titles.
  case queries
  case unknown
}

/// A file, and what of it rules want to look at, by the names that Prometheus gives it: the Operator's are translated.
package struct ReviewedFile: Sendable {
  /// As the user named it.
  package var path: String
  /// Where relative paths in it begin.
  package var directory: String
  package var text: SourceText
  /// What the user gave, where ``text`` is that with its lost indentation put back: the same lines.
  package var flattened: SourceText?
  package var kind: FileKind
  /// All that is written, by the names that stand there; nothing where the text could not be read.
  package var tree: YAMLNode?
  /// Nothing where the text could not be read.
  package var root: Section?
  package var global: Section?
  package var jobs: [Section] = []
  package var endpoints: [Endpoint] = []
  package var relabelLists: [RelabelList] = []
  /// Of a file of rules.
  package var ruleGroups: [Section] = []

  /// A place of ``text`` in what the user gave.
  package func original(_ place: Place) -> Place {
    guard let flattened else { return place }
    let gained = text[place.line].prefix { $0 == " " }.count - flattened[place.line].prefix { $0 == " " }.count
    return Place(line: place.line, column: max(1, place.column - gained))
  }

  /// An entry of `remote_write`.
  package struct Endpoint: Sendable {
    /// From 0.
    package var index: Int
    package var section: Section
    package var queue: Section { section.section("queue_config") ?? Section([], at: section.place) }
    /// How messages name it.
    package var title: String {
      section.text("name").map { "remote_write \"\($0.value)\"" } ?? "remote_write \(index + 1)"
    }
    package var url: Located<String>? { section.text("url") }
  }

  /// Which section a list of rules is in; that decides what the labels are when they run.
  package enum RelabelRole: String, Sendable {
    case target = "relabel_configs"
    case metric = "metric_relabel_configs"
    case write = "write_relabel_configs"
    case alert = "alert_relabel_configs"
    /// A list alone.
    case none = "rules"
  }

  package struct RelabelList: Sendable {
    package var role: RelabelRole
    /// Whose rules they are: a job's name, an endpoint's title.
    package var owner: String
    /// Index into ``endpoints`` or ``jobs``.
    package var ownerIndex: Int?
    package var place: Place
    package var rules: [Rule]
  }

  /// A rule with its place. One that the reference refuses has no ``program``.
  package struct Rule: Sendable {
    package var section: Section
    package var rule: RelabelRule
    package var action: RelabelAction?
    /// This rule alone, compiled.
    package var program: RelabelProgram?

    package var place: Place { section.place }
    package var regex: Located<String>? { section.text("regex") }
    package var sourceLabels: [String] { rule.sourceLabels }
  }
}
