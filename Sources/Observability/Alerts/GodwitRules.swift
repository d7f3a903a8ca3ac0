/// What watches an agent of ours. It accounts for every sample, so that loss is counted, never guessed.
struct GodwitRules {
  let options: WatchOptions

  private var shared: RemoteStorageRules { RemoteStorageRules(program: .godwit, options: options) }
  private var own: Selector { Selector(job: options.job) }

  /// Bounds that the operator set, what the disk broke, and names that could not be told apart; not `dropped_series`.
  private static let lossReasons = "too_old|log_bound|damaged_record|name_collision"

  var recordings: [RecordingRule] {
    [
      RecordingRule(
        name: "endpoint:remote_write_lag:seconds",
        comment: "How long the oldest sample that the endpoint does not have yet has been waiting.",
        expression: own("godwit_endpoint_oldest_waiting_seconds")),
      RecordingRule(
        name: "endpoint:remote_write_sent_samples:rate5m", comment: "What the endpoint has acknowledged.",
        expression: "rate(\(own("godwit_endpoint_samples_acknowledged_total", over: "5m")))"),
      RecordingRule(
        name: "endpoint:remote_write_lost_samples:rate5m",
        comment: "Refused, expired and damaged: what is not at the endpoint and should be.",
        expression: """
          rate(\(shared.metric("samples_failed_total", over: "5m")))
          + sum without (reason) (
            rate(\(shared.metric("samples_dropped_total", "reason=~\"\(Self.lossReasons)\"", over: "5m"))))
          """),
      RecordingRule(
        name: "endpoint:remote_write_intended_drops:rate5m", comment: "What write_relabel_configs drop, on purpose.",
        expression: """
          sum without (reason) (
            rate(\(shared.metric("samples_dropped_total", "reason=\"dropped_series\"", over: "5m"))))
          """),
    ] + shared.capRecordings
  }

  var alerts: [AlertRule] {
    [shared.refused, expired, damaged, collided, notTaken, behind, stalled] + expiryAhead
      + [shared.shardsShort, shared.shardsAtMax, shared.retrying] + shared.capAlerts + [trouble, unbalanced, displaced]
  }

  private var expired: AlertRule {
    shared.dropped(
      "SamplesExpired", .critical, reasons: "too_old|log_bound",
      comment: """
        Samples that reached a bound before the endpoint had them: sample_age_limit, the age or the size of the log. The
        bound was set on purpose; that it is reached is a loss all the same.
        """, summary: "Samples for {{ $labels.remote_name }} expired unsent: {{ $value | printf \"%.0f\" }}",
      description: "It has been unreachable or too slow for longer than the bounds allow.",
      next: "godwit log show --endpoint {{ $labels.remote_name }}")
  }

  private var damaged: AlertRule {
    shared.dropped(
      "SamplesDamaged", .critical, reasons: "damaged_record",
      comment: "Records of the log whose checksum does not hold. They are set aside and never removed.",
      summary: "{{ $value | printf \"%.0f\" }} samples of {{ $labels.remote_name }} were in damaged records",
      description: "The disk, or somebody, has changed the log.", next: "godwit log verify")
  }

  private var collided: AlertRule {
    shared.dropped(
      "NamesCollide", .warning, reasons: "name_collision",
      comment:
        "Two series whose names become the same when they are escaped for Remote Write 1.0: one of them is not sent.",
      summary: "{{ $value | printf \"%.0f\" }} samples for {{ $labels.remote_name }} have a name twice",
      description: "Names with other than letters, digits and _ cannot be told apart at this endpoint.",
      next: "godwit check FILE")
  }

  private var notTaken: AlertRule {
    AlertRule(
      name: "ScrapesNotTaken", severity: .critical,
      comment: "Samples that were scraped and that the log did not take: it is full, or the disk is.",
      expression: "increase(\(own("godwit_scrape_samples_not_taken_total", over: options.lossWindow.words))) > 0",
      holds: .zero,
      summary: "The log of {{ $labels.instance }} did not take {{ $value | printf \"%.0f\" }} samples: "
        + "{{ $labels.reason }}", description: "They are gone; pushers are told to come again.", next: "godwit log show"
    )
  }

  private var behind: AlertRule {
    AlertRule(
      name: "EndpointBehind", severity: .warning,
      comment: """
        The age of the oldest sample that waits. A difference of newest timestamps says less: it is small again as soon
        as one new sample has arrived, while a backlog is still on its way.
        """,
      expression: "\(own("godwit_endpoint_oldest_waiting_seconds")) > \(options.lag.wholeSeconds)",
      holds: options.patience,
      summary: "{{ $labels.remote_name }} is {{ $value | humanizeDuration }} behind",
      description: "Nothing is lost while the log has room.",
      next: "godwit log show --endpoint {{ $labels.remote_name }}")
  }

  private var stalled: AlertRule {
    AlertRule(
      name: "NothingArrives", severity: .critical,
      comment: "Samples come in, samples wait, and the endpoint has acknowledged none.",
      expression: """
        increase(\(own("godwit_endpoint_samples_taken_total", over: "10m"))) > 0
        and increase(\(own("godwit_endpoint_samples_acknowledged_total", over: "10m"))) == 0
        and \(shared.metric("samples_pending")) + \(shared.metric("histograms_pending")) > 0
        """, holds: options.patience,
      summary: "Nothing arrives at {{ $labels.remote_name }} any more",
      description: "The endpoint is down, unreachable, or turns the credentials away.",
      next: WatchedProgram.godwit.wordsCommand)
  }

  private var expiryAhead: [AlertRule] {
    guard let keep = options.keep else { return [] }
    return [
      AlertRule(
        name: "ExpiryAhead", severity: .critical, comment: "Three quarters of the age at which unsent samples expire.",
        expression: "\(own("godwit_endpoint_oldest_waiting_seconds")) > \(keep.wholeSeconds * 3 / 4)",
        holds: options.patience,
        summary: "Samples for {{ $labels.remote_name }} have waited for {{ $value | humanizeDuration }}",
        description: "After \(keep.words) they expire.",
        next: "godwit log show --endpoint {{ $labels.remote_name }}")
    ]
  }

  private var trouble: AlertRule {
    AlertRule(
      name: "LogTrouble", severity: .critical,
      comment: "What the agent itself says is wrong. Reloads, expiry and damage have alerts of their own.",
      expression: own("godwit_trouble", "code!~\"reload-failed|samples-expiring|damage-found\"") + " == 1",
      holds: .seconds(60), summary: "{{ $labels.instance }} says: {{ $labels.code }}",
      description: "Its log line of that name says what was seen and what to do.", next: "godwit log show")
  }

  private var unbalanced: AlertRule {
    AlertRule(
      name: "AccountsBroken", severity: .critical,
      comment: "taken = acknowledged + waiting + refused + dropped + expired must hold to the sample.",
      expression: "\(own("godwit_endpoint_balanced")) == 0", holds: .seconds(120),
      summary: "The samples of {{ $labels.remote_name }} do not add up",
      description: "Its counters cannot be trusted until the log was looked into.", next: "godwit log verify")
  }

  private var displaced: AlertRule {
    AlertRule(
      name: "QuarantineFull", severity: .warning,
      comment: "Refused requests that were kept had to go for newer ones.",
      expression: "increase(\(own("godwit_endpoint_quarantine_displaced_total", over: options.lossWindow.words))) > 0",
      holds: .zero, summary: "The quarantine of {{ $labels.remote_name }} is full",
      description: "The oldest refused requests cannot be sent again any more.",
      next: "godwit log quarantine --endpoint {{ $labels.remote_name }}")
  }
}
