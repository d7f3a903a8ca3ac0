/// What watches Prometheus, as a server or an agent, and Alloy, which has its remote write.
struct ReferenceRules {
  let program: WatchedProgram
  let options: WatchOptions

  private var shared: RemoteStorageRules { RemoteStorageRules(program: program, options: options) }
  private var own: Selector { Selector(job: options.job) }

  /// Not `dropped_series`, which is what write_relabel_configs drop.
  private static let lossReasons = "too_old|unintentionally_dropped_series|nhcb_in_rw1_not_supported"

  /// Newest sample taken minus newest sample sent. `queue_highest_timestamp_seconds` would be the modern name for the
  /// first, but it stands still once the shards are full, which is when the lag matters.
  private var lag: String {
    """
    \(shared.metric("highest_timestamp_in_seconds"))
      - ignoring (remote_name, url) group_right ()
        (\(shared.metric("queue_highest_sent_timestamp_seconds")) > 0)
    """
  }

  private var isWaiting: String {
    """
    max_over_time(\(shared.metric("samples_pending", over: "10m")))
      + max_over_time(\(shared.metric("histograms_pending", over: "10m"))) > 0
    """
  }

  var recordings: [RecordingRule] {
    let dropped = shared.metric("samples_dropped_total", "reason=~\"\(Self.lossReasons)\"", over: "5m")
    let failed = shared.metric("samples_failed_total", over: "5m")
    return [
      RecordingRule(
        name: "endpoint:remote_write_lag:seconds", comment: "Newest sample taken minus newest sample sent.",
        expression: lag),
      RecordingRule(
        name: "endpoint:remote_write_sent_samples:rate5m",
        comment: "Attempts without those that were repeated or refused: what arrived.",
        expression: """
          clamp_min(
            rate(\(shared.metric("samples_total", over: "5m")))
            - rate(\(shared.metric("samples_retried_total", over: "5m")))
            - rate(\(failed)), 0)
          """),
      RecordingRule(
        name: "endpoint:remote_write_lost_samples:rate5m",
        comment: "Refused, and dropped for a reason that nobody asked for. What the WAL loses is counted nowhere.",
        expression: """
          rate(\(failed))
          + (sum without (reason) (rate(\(dropped))) or 0 * rate(\(failed)))
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
    [shared.refused, dropped, behind, stalled] + lossAhead
      + [shared.shardsShort, shared.shardsAtMax, shared.retrying] + shared.capAlerts + [writesFail]
  }

  private var dropped: AlertRule {
    shared.dropped(
      "SamplesDropped", .critical, reasons: Self.lossReasons,
      comment: """
        Only the reasons that nobody asked for; dropped_series is what write_relabel_configs drop. Without the label, as
        before 2.50, the two cannot be told apart and this stays silent. A counter appears with its first loss, hence
        the second half: an increase alone would not see it.
        """, summary: "{{ $value | printf \"%.0f\" }} samples for {{ $labels.remote_name }} were dropped unsent",
      description: "Too old, of a series that was forgotten, or of a kind that Remote Write 1.0 cannot carry.",
      next: "godwit check FILE")
  }

  private var behind: AlertRule {
    AlertRule(
      name: "EndpointBehind", severity: .warning,
      comment: """
        The newest sample taken against the newest one sent, where something waits. The gauge of the queue itself stands
        still once its shards are full and would hide an outage.
        """,
      expression: """
        \(lag) > \(options.lag.wholeSeconds)
        and \(isWaiting)
        """, holds: options.patience,
      summary: "{{ $labels.remote_name }} is {{ $value | humanizeDuration }} behind",
      description: "What waits is kept on disk for a while only, and a restart forgets it.", next: "godwit tune")
  }

  private var stalled: AlertRule {
    AlertRule(
      name: "NothingArrives", severity: .critical,
      comment: "Samples are taken, samples wait, and the newest one sent stays the same.",
      expression: """
        changes(\(shared.metric("queue_highest_sent_timestamp_seconds", over: "10m"))) == 0
        and \(isWaiting)
        and ignoring (remote_name, url) changes(\(shared.metric("highest_timestamp_in_seconds", over: "10m"))) > 0
        """, holds: options.patience,
      summary: "Nothing arrives at {{ $labels.remote_name }} any more",
      description: "The endpoint is down, unreachable, or turns the credentials away. Do not restart: that loses the "
        + "backlog.", next: program.wordsCommand)
  }

  private var lossAhead: [AlertRule] {
    guard let keep = options.keep else { return [] }
    return [
      AlertRule(
        name: "LossAhead", severity: .critical,
        comment: """
          The WAL is truncated by time, whether it was sent or not, and no counter tells what went with it. So this must
          come before.
          """, expression: "\(lag) > \(keep.wholeSeconds * 3 / 4)\nand \(isWaiting)", holds: options.patience,
        summary: "{{ $labels.remote_name }} is {{ $value | humanizeDuration }} behind, and the WAL keeps \(keep.words)",
        description: "What is truncated unsent is lost and counted nowhere.", next: program.wordsCommand)
    ]
  }

  private var writesFail: AlertRule {
    let window = options.lossWindow.words
    return AlertRule(
      name: "LogTrouble", severity: .critical,
      comment: "The WAL cannot be written, or what was written cannot be read.",
      expression: """
        increase(\(own("prometheus_tsdb_wal_writes_failed_total", over: window))) > 0
        or increase(\(own("prometheus_wal_watcher_record_decode_failures_total", over: window))) > 0
        """, holds: .zero, summary: "The WAL of {{ $labels.instance }} fails",
      description: "Samples are not taken, or are skipped when they should be sent.", next: "df -h")
  }
}
