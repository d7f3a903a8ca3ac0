/// Something that can happen to a watched program, as series, and which alerts must fire in it: these and no others.
struct RuleScenario: Sendable {
  /// An alert that fires, with the labels that it has beside its name and severity.
  struct Firing: Hashable, Sendable {
    /// Without the program's prefix.
    var alert: String
    var labels: [String: String]
  }

  var name: String
  /// Values of promtool's notation, a minute apart, by series.
  var series: [(series: String, values: String)]
  var firing: [Firing]
  /// When it is looked at.
  var minute: Int
}

/// Unit tests of a rule file, for `promtool test rules`: each alert fires where it must, and intended drops are silent.
public struct RuleTests: Sendable {
  let file: RuleFile
  let fileName: String
  let scenarios: [RuleScenario]

  /// - Parameter fileName: where the rules are, as seen from the tests.
  public init(of file: RuleFile, in fileName: String) {
    self.file = file
    self.fileName = fileName
    scenarios = RuleScenarios(program: file.program, options: file.options).all
  }

  /// The file that the tests are usually kept in, beside the rules.
  public static func usualName(for program: WatchedProgram) -> String { "\(program.rawValue)-alerts.test.yml" }

  /// How many tests there are.
  public var count: Int { scenarios.count }

  /// The names of the alerts that a test sees firing.
  public var firingAlerts: Set<String> {
    Set(scenarios.flatMap(\.firing).map { file.program.alertPrefix + $0.alert })
  }

  /// The whole file.
  public var text: String {
    var lines = YAMLText.comment(
      """
      Tests of \(fileName), written by `godwit generate alerts --for \(file.program.rawValue) --tests`. Run them with \
      `promtool test rules`. Each test lists all alerts that fire: none beside them does.
      """, indent: 0)
    lines += ["rule_files:", "  - \(YAMLText.scalar(fileName))", "evaluation_interval: 1m", "tests:"]
    for scenario in scenarios {
      lines += ["  - name: \(YAMLText.scalar(scenario.name))", "    interval: 1m", "    input_series:"]
      for (series, values) in scenario.series {
        lines += ["      - series: \(YAMLText.quoted(series))", "        values: '\(values)'"]
      }
      lines += [
        "    promql_expr_test:", "      - expr: 'ALERTS{alertstate=\"firing\"}'",
        "        eval_time: \(scenario.minute)m",
      ]
      lines.append(scenario.firing.isEmpty ? "        exp_samples: []" : "        exp_samples:")
      for firing in scenario.firing {
        lines += ["          - labels: \(YAMLText.quoted(labels(of: firing)))", "            value: 1"]
      }
      lines.append("")
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private func labels(of firing: RuleScenario.Firing) -> String {
    let severity = file.group.alerts.first { $0.name == firing.alert }?.severity.rawValue ?? ""
    let own = [
      "alertname": file.program.alertPrefix + firing.alert, "alertstate": "firing", "severity": severity,
    ]
    let all = own.merging(firing.labels) { own, _ in own }.sorted { $0.key < $1.key }
    return "ALERTS{" + all.map { "\($0.key)=\(Selector.quoted($0.value))" }.joined(separator: ",") + "}"
  }
}
