/// Alert and recording rules that watch a program which ships metrics by remote write, as a rule file of Prometheus.
///
///     RuleFile(program: .godwit, options: WatchOptions(for: .godwit)).text
///
/// The text depends on nothing but its arguments. Loss is told from intended drops by the label `reason`.
public struct RuleFile: Sendable {
  public let program: WatchedProgram
  let options: WatchOptions
  let group: RuleGroup

  public init(program: WatchedProgram, options: WatchOptions) {
    self.program = program
    self.options = options
    group = RuleGroup(for: program, options)
  }

  /// The file that the rules are usually kept in.
  public static func usualName(for program: WatchedProgram) -> String { "\(program.rawValue)-alerts.yml" }

  /// Names of the alerts, in the order of the file.
  public var alertNames: [String] { group.alerts.map { group.name(of: $0) } }

  /// Every expression of the file.
  public var expressions: [String] { group.recordings.map(\.expression) + group.alerts.map(\.expression) }

  /// The whole file.
  public var text: String {
    var lines = YAMLText.comment(
      """
      Watches \(program.title), which ships metrics by remote write. Written by `godwit generate alerts --for \
      \(program.rawValue)`; the tests that go with it come from the same command with --tests. Check it with `promtool \
      check rules`.
      """, indent: 0)
    if options.logCapBytes == nil {
      lines += YAMLText.comment(
        "Nothing here watches the size of what is on disk: say --log-cap SIZE if that has a bound.", indent: 0)
    }
    lines += ["groups:", "  - name: remote-write-\(program.rawValue)", "    rules:"]
    for rule in group.recordings {
      lines += YAMLText.comment(rule.comment, indent: 6)
      lines += ["      - record: \(rule.name)"] + YAMLText.member("expr", rule.expression, indent: 8) + [""]
    }
    for rule in group.alerts { lines += alert(rule) + [""] }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private func alert(_ rule: AlertRule) -> [String] {
    var lines = YAMLText.comment(rule.comment, indent: 6) + ["      - alert: \(group.name(of: rule))"]
    lines += YAMLText.member("expr", rule.expression, indent: 8)
    if rule.holds > .zero { lines.append("        for: \(rule.holds.words)") }
    lines += ["        labels:", "          severity: \(rule.severity.rawValue)", "        annotations:"]
    for (key, text) in [("summary", rule.summary), ("description", rule.description), ("next", rule.next)] {
      lines += YAMLText.member(key, text, indent: 10)
    }
    return lines
  }
}
