/// What is watched of every program in the same words: that it is there, that its targets are, that it has read its
/// configuration.
struct CommonRules {
  let program: WatchedProgram
  let options: WatchOptions

  var alerts: [AlertRule] { [absent, gone, targetsDown, reloadFailed] }

  private var own: Selector { Selector(job: options.job) }

  private var absent: AlertRule {
    AlertRule(
      name: "Absent", severity: .critical,
      comment: """
        Nothing at all is known of the program. Where it ships its own metrics, this is also what a backend sees when
        all of its deliveries have ended: the one alert that needs no data.
        """,
      expression: "absent(\(own("up")))", holds: options.patience,
      summary: "No \(program.title) with job \(options.job) is seen",
      description: "It is not running, not scraped, or nothing that it sends arrives.",
      next: program == .godwit ? "godwit log show" : "godwit check FILE")
  }

  private var gone: AlertRule {
    // It must remember for longer than it waits, or it would never fire.
    let memory = max(.seconds(3600), options.patience * 4).words
    return AlertRule(
      name: "Gone", severity: .critical,
      comment: """
        One of several that was there a while ago and is not any more, or that does not answer its scraper.
        """,
      expression: """
        (last_over_time(\(own("up", over: memory))) unless \(own("up")))
        or
        \(own("up")) == 0
        """, holds: options.patience, summary: "\(program.title) on {{ $labels.instance }} is gone",
      description: "What it scrapes is not scraped now; what it had not sent waits on its disk, if it keeps it there.",
      next: program == .godwit ? "godwit log show" : "godwit check FILE")
  }

  private var targetsDown: AlertRule {
    let others = "up{job!=\(Selector.quoted(options.job))}"
    return AlertRule(
      name: "TargetsDown", severity: .warning,
      comment: "By job, so that one broken rollout is one call. A single target of a large job is not worth one.",
      expression: """
        100 * count without (instance) (\(others) == 0)
          / count without (instance) (\(others)) > \(options.targetsDownPercent)
        """, holds: options.patience * 2,
      summary: "{{ $value | printf \"%.0f\" }} % of the targets of {{ $labels.job }} are down",
      description: "Nothing of what they count is collected.",
      next: "curl -s http://\(Self.address(of: program))/\(program == .vmagent ? "targets" : "api/v1/targets")")
  }

  private static func address(of program: WatchedProgram) -> String {
    switch program {
    case .godwit, .prometheus: "AGENT:9090"
    case .vmagent: "VMAGENT:8429"
    case .alloy: "ALLOY:12345"
    }
  }

  private var reloadFailed: AlertRule {
    let name: String
    switch program {
    case .godwit, .prometheus: name = "prometheus_config_last_reload_successful"
    case .vmagent: name = "vm_promscrape_config_last_reload_successful"
    case .alloy: name = "alloy_config_last_load_successful"
    }
    return AlertRule(
      name: "ReloadFailed", severity: .warning,
      comment: "It runs on with the configuration before, and does not start again with the one on disk.",
      expression: "\(own(name)) == 0", holds: options.patience,
      summary: "{{ $labels.instance }} could not read its configuration",
      description: "What was changed is not in effect, and the next start will fail.",
      next: program == .alloy ? "alloy validate FILE" : "godwit check FILE")
  }
}
