/// What watches vmagent. It counts blocks and bytes where others count samples, and has no timestamps of what it sent.
struct VmagentRules {
  let options: WatchOptions

  private var own: Selector { Selector(job: options.job) }

  private func metric(_ name: String, _ more: String..., over range: String? = nil) -> String {
    var selector = own
    selector.matchers += more
    return selector("vmagent_remotewrite_" + name, over: range)
  }

  private var pending: String { "sum without (path) (\(metric("pending_data_bytes")))" }

  /// What is put into the queue of an endpoint, in bytes a second: what leaves it, and what it grows by.
  private var intake: String {
    """
    (rate(\(metric("bytes_sent_total", over: "10m")))
        + sum without (path) (deriv(\(metric("pending_data_bytes", over: "10m")))))
    """
  }

  private var lag: String { "\(pending)\n  / (\(intake) > 0)" }

  var recordings: [RecordingRule] {
    [
      RecordingRule(
        name: "endpoint:remote_write_lag:seconds",
        comment: "Bytes that wait, by the bytes that come in: for how long the queue has been filling.",
        expression: lag),
      RecordingRule(
        name: "endpoint:remote_write_lost_blocks:rate5m", comment: "Blocks that the endpoint refused for good.",
        expression: "rate(\(metric("packets_dropped_total", over: "5m")))"),
      RecordingRule(
        name: "endpoint:remote_write_intended_drops:rate5m",
        comment: "What relabelling for an endpoint drops, on purpose.",
        expression: "sum without (path) (rate(\(metric("relabel_metrics_dropped_total", over: "5m"))))"),
    ] + capRecordings
  }

  var alerts: [AlertRule] {
    [refused, overloaded, queueDropped, behind, stalled, saturated, retrying] + capAlerts + [queueTrouble]
  }

  private var refused: AlertRule {
    AlertRule(
      name: "BlocksRefused", severity: .critical,
      comment: """
        Blocks that the endpoint refused for good: each holds up to ten thousand samples. What relabelling drops on
        purpose is in relabel_metrics_dropped_total and not here.
        """, expression: "increase(\(metric("packets_dropped_total", over: options.lossWindow.words))) > 0",
      holds: .zero,
      summary: "{{ $labels.url }} refused {{ $value | printf \"%.0f\" }} blocks of {{ $labels.instance }}",
      description: "They are lost. The log of vmagent has the endpoint's words.",
      next: WatchedProgram.vmagent.wordsCommand)
  }

  private var overloaded: AlertRule {
    AlertRule(
      name: "SamplesDropped", severity: .critical,
      comment: "With -remoteWrite.disableOnDiskQueue and -remoteWrite.dropSamplesOnOverload alone.",
      expression: "increase(\(metric("samples_dropped_total", over: options.lossWindow.words))) > 0", holds: .zero,
      summary: "{{ $labels.instance }} dropped {{ $value | printf \"%.0f\" }} samples, for its queue is full",
      description: "They are lost.", next: "godwit tune")
  }

  private var queueDropped: AlertRule {
    AlertRule(
      name: "QueueDropped", severity: .critical,
      comment: "The queue on disk reached -remoteWrite.maxDiskUsagePerURL, and its oldest blocks went.",
      expression: """
        sum without (path) (
          increase(\(own("vm_persistentqueue_bytes_dropped_total", over: options.lossWindow.words)))) > 0
        """, holds: .zero,
      summary: "The queue of {{ $labels.instance }} dropped {{ $value | humanize1024 }}B unsent",
      description: "They are lost: an endpoint has been down or slow for longer than the queue can hold.", next: "df -h"
    )
  }

  private var behind: AlertRule {
    AlertRule(
      name: "EndpointBehind", severity: .warning,
      comment: "vmagent shows no timestamps of what it sent; bytes waiting by bytes coming in is as near as one gets.",
      expression: "\(lag) > \(options.lag.wholeSeconds)", holds: options.patience,
      summary: "{{ $labels.url }} is about {{ $value | humanizeDuration }} behind",
      description: "What comes in now waits behind it.", next: "godwit tune")
  }

  private var stalled: AlertRule {
    AlertRule(
      name: "NothingArrives", severity: .critical, comment: "Data waits, and no request was answered with 2xx.",
      expression: """
        \(pending) > 0
        and sum without (status_code) (
          increase(\(metric("requests_total", "status_code=\"2XX\"", over: "10m")))) == 0
        """, holds: options.patience, summary: "Nothing arrives at {{ $labels.url }} any more",
      description: "The endpoint is down, unreachable, or turns the credentials away.",
      next: WatchedProgram.vmagent.wordsCommand)
  }

  private var saturated: AlertRule {
    AlertRule(
      name: "QueuesBusy", severity: .warning,
      comment: "Its workers are busy sending all the time: what shards wanted above shards allowed is elsewhere.",
      expression: """
        rate(\(metric("send_duration_seconds_total", over: "5m"))) / \(metric("queues")) > 0.9
        """, holds: options.patience * 3,
      summary: "The connections to {{ $labels.url }} are busy {{ $value | humanizePercentage }} of the time",
      description: "More -remoteWrite.queues, or a faster endpoint; else it falls behind.", next: "godwit tune")
  }

  private var retrying: AlertRule {
    AlertRule(
      name: "Retrying", severity: .warning,
      comment: "Nothing is lost by a retry, but it is what goes before a lag: 5xx, 429, timeouts, broken connections.",
      expression: "rate(\(metric("retries_count_total", over: "5m"))) > 0", holds: options.patience * 3,
      summary: "Requests to {{ $labels.url }} have to be sent again",
      description: "The endpoint is overloaded, limits the rate, or does not answer in time.",
      next: WatchedProgram.vmagent.wordsCommand)
  }

  private var queueTrouble: AlertRule {
    AlertRule(
      name: "QueueTrouble", severity: .critical, comment: "The queue on disk takes all the time there is.",
      expression: """
        rate(\(own("vm_persistentqueue_write_duration_seconds_total", over: "5m"))) > 0.9
        or rate(\(own("vm_persistentqueue_read_duration_seconds_total", over: "5m"))) > 0.9
        """, holds: options.patience * 3, summary: "The disk of {{ $labels.instance }} is too slow for its queue",
      description: "Scrapes are held back by it.", next: "df -h")
  }

  // MARK: - The queue on disk

  private func secondsToCap(_ cap: UInt64) -> String {
    """
    clamp_min(\(cap) - \(pending), 0)
      / (sum without (path) (deriv(\(metric("pending_data_bytes", over: "30m")))) > 0)
    """
  }

  private var capRecordings: [RecordingRule] {
    guard let cap = options.logCapBytes else { return [] }
    return [
      RecordingRule(
        name: "endpoint:remote_write_log_cap:seconds",
        comment: "When the queue of an endpoint reaches \(cap) bytes if it grows as in the last half hour.",
        expression: secondsToCap(cap))
    ]
  }

  private var capAlerts: [AlertRule] {
    guard let cap = options.logCapBytes else { return [] }
    return [
      AlertRule(
        name: "QueueFullSoon", severity: .critical,
        comment: "The growth of the last half hour, carried on. A queue that is mostly empty may grow.",
        expression: "\(secondsToCap(cap)) < \(options.capAhead.wholeSeconds)\nand \(pending) > \(cap / 5)",
        holds: options.patience * 2,
        summary: "The queue for {{ $labels.url }} is full in {{ $value | humanizeDuration }}",
        description: "From then on its oldest blocks are dropped.", next: "df -h"),
      AlertRule(
        name: "QueueNearCap", severity: .warning, comment: "Four fifths of what it may take, however slowly it grows.",
        expression: "\(pending) / \(cap) > 0.8", holds: options.patience,
        summary: "The queue for {{ $labels.url }} has {{ $value | humanizePercentage }} of what it may take",
        description: "The endpoint has been slow or down for long.", next: "df -h"),
    ]
  }
}
