/// What godwit, Prometheus and Alloy show under the same names, `prometheus_remote_storage_*`.
struct RemoteStorageRules {
  let program: WatchedProgram
  let options: WatchOptions

  private var own: Selector { Selector(job: options.job) }

  static func metric(_ name: String) -> String { "prometheus_remote_storage_" + name }

  func metric(_ name: String, _ more: String..., over range: String? = nil) -> String {
    var selector = own
    selector.matchers += more
    return selector(Self.metric(name), over: range)
  }

  /// What was sent and not taken for good, whatever the reason given: always a loss.
  var refused: AlertRule {
    let window = options.lossWindow.words
    let command = program == .godwit ? "godwit log quarantine --endpoint {{ $labels.remote_name }}" : nil
    return AlertRule(
      name: "SamplesRefused", severity: .critical,
      comment: """
        Samples and native histograms that the endpoint refused for good (4xx but 429, or a partial write): a loss, and
        they are not sent again. What rules drop on purpose is not among them.
        """,
      expression: """
        increase(\(metric("samples_failed_total", over: window)))
        + increase(\(metric("histograms_failed_total", over: window))) > 0
        """, holds: .zero,
      summary: "{{ $labels.remote_name }} refused {{ $value | printf \"%.0f\" }} samples of {{ $labels.instance }}",
      description: program == .godwit
        ? "They are in the quarantine with the endpoint's words; what is refused next is not at the endpoint either."
        : "They are lost. The log of \(program.title) has the endpoint's words, once for each request.",
      next: command ?? program.wordsCommand)
  }

  /// - Parameter reasons: values of the label `reason`, as a regular expression.
  func dropped(
    _ name: String, _ severity: AlertRule.Severity, reasons: String, comment: String, summary: String,
    description: String, next: String
  ) -> AlertRule {
    let window = options.lossWindow.words
    func lost(_ kind: String) -> [String] {
      let counter = metric("\(kind)_dropped_total", "reason=~\"\(reasons)\"")
      let rising = "sum without (reason) (increase(\(counter)[\(window)])) > 0"
      // Godwit shows all reasons from the start; elsewhere a counter appears with its first loss.
      let appearing = """
        sum without (reason) (
          \(counter)
          unless \(counter) offset \(window)
        ) > 0
        """
      return program == .godwit ? [rising] : [rising, appearing]
    }
    return AlertRule(
      name: name, severity: severity, comment: comment,
      expression: (lost("samples") + lost("histograms")).joined(separator: "\nor\n"), holds: .zero, summary: summary,
      description: description, next: next)
  }

  /// More shards wanted than allowed: the endpoint cannot keep up, known before all shards run.
  var shardsShort: AlertRule {
    AlertRule(
      name: "ShardsShort", severity: .warning,
      comment: """
        Wanted above allowed is the early sign: it is known before all shards run, and long before the lag shows it.
        """,
      expression: """
        max_over_time(\(metric("shards_desired", over: "5m"))) > \(metric("shards_max"))
        """, holds: options.patience * 3,
      summary: "{{ $labels.remote_name }} needs {{ $value | printf \"%.1f\" }} shards, more than it may have",
      description: "It falls behind, the longer the further. A slower endpoint and a faster intake look the same here.",
      next: "godwit tune")
  }

  /// The late sign, for those who silence the early one.
  var shardsAtMax: AlertRule {
    AlertRule(
      name: "ShardsAtMax", severity: .warning,
      comment: "All shards run: nothing is left for a burst or for a backlog after an outage.",
      expression: "\(metric("shards")) >= \(metric("shards_max")) and \(metric("shards_max")) > 1",
      holds: options.patience * 6,
      summary: "{{ $labels.remote_name }} runs all of its {{ $value | printf \"%.0f\" }} shards",
      description: "The next outage will be caught up with slowly or never.", next: "godwit tune")
  }

  /// Requests that had to be sent again, as a part of all.
  var retrying: AlertRule {
    AlertRule(
      name: "Retrying", severity: .warning,
      comment: "Nothing is lost by a retry, but it is what goes before a lag: 5xx, 429, timeouts, broken connections.",
      expression: """
        rate(\(metric("samples_retried_total", over: "5m")))
          / rate(\(metric("samples_total", over: "5m"))) > 0.1
        """, holds: options.patience * 3,
      summary: "{{ $value | humanizePercentage }} of what goes to {{ $labels.remote_name }} is sent again",
      description: "The endpoint is overloaded, limits the rate, or does not answer in time.",
      next: program.wordsCommand)
  }

  // MARK: - The log on disk

  private var size: String { own("prometheus_tsdb_wal_storage_size_bytes") }

  /// Seconds until the log reaches its cap as it grows now; nothing while it does not grow.
  private func secondsToCap(_ cap: UInt64) -> String {
    """
    clamp_min(\(cap) - \(size), 0)
      / (deriv(\(own("prometheus_tsdb_wal_storage_size_bytes", over: "30m"))) > 0)
    """
  }

  var capRecordings: [RecordingRule] {
    guard let cap = options.logCapBytes else { return [] }
    return [
      RecordingRule(
        name: "agent:remote_write_log_cap:seconds",
        comment: "When the log reaches its cap of \(cap) bytes if it grows as in the last half hour.",
        expression: secondsToCap(cap))
    ]
  }

  var capAlerts: [AlertRule] {
    guard let cap = options.logCapBytes else { return [] }
    let command = program == .godwit ? "godwit log show" : "df -h"
    return [
      AlertRule(
        name: "LogFullSoon", severity: .critical,
        comment: "The growth of the last half hour, carried on. A log that is mostly empty may grow.",
        expression: """
          \(secondsToCap(cap)) < \(options.capAhead.wholeSeconds)
          and \(size) > \(cap / 5)
          """, holds: options.patience * 2,
        summary: "The log of {{ $labels.instance }} is full in {{ $value | humanizeDuration }}",
        description: "From then on the oldest samples expire, or new ones are not taken.", next: command),
      AlertRule(
        name: "LogNearCap", severity: .warning, comment: "Four fifths of what it may take, however slowly it grows.",
        expression: "\(size) / \(cap) > 0.8", holds: options.patience,
        summary: "The log of {{ $labels.instance }} has {{ $value | humanizePercentage }} of what it may take",
        description: "An endpoint that is far behind holds it back.", next: command),
    ]
  }
}
