/// A rule that tells somebody.
struct AlertRule: Hashable, Sendable {
  enum Severity: String, Sendable { case critical, warning }

  /// Without the program's prefix.
  var name: String
  var severity: Severity
  /// Why the rule is as it is, for whoever reads the file.
  var comment: String
  var expression: String
  /// For how long the expression must hold; zero tells at once.
  var holds: Duration
  /// One sentence; may have templates of Prometheus.
  var summary: String
  /// What it leads to.
  var description: String
  /// What to do next, a command.
  var next: String
}

/// A rule that keeps a figure under a name.
struct RecordingRule: Hashable, Sendable {
  var name: String
  var comment: String
  var expression: String
}

/// The rules that watch one program.
struct RuleGroup: Hashable, Sendable {
  var program: WatchedProgram
  var recordings: [RecordingRule]
  var alerts: [AlertRule]

  init(for program: WatchedProgram, _ options: WatchOptions) {
    self.program = program
    let common = CommonRules(program: program, options: options)
    switch program {
    case .godwit:
      let rules = GodwitRules(options: options)
      recordings = rules.recordings
      alerts = rules.alerts + common.alerts
    case .prometheus, .alloy:
      let rules = ReferenceRules(program: program, options: options)
      recordings = rules.recordings
      alerts = rules.alerts + common.alerts
    case .vmagent:
      let rules = VmagentRules(options: options)
      recordings = rules.recordings
      alerts = rules.alerts + common.alerts
    }
  }

  func name(of alert: AlertRule) -> String { program.alertPrefix + alert.name }
}
