/// Scenarios of vmagent.
extension RuleScenarios {
  private func write(_ name: String, _ more: [String: String] = [:]) -> String {
    endpoint("vmagent_remotewrite_" + name, more)
  }

  private var pending: String { write("pending_data_bytes", ["path": "queue/1"]) }

  var healthyVmagent: [(series: String, values: String)] {
    [
      (write("bytes_sent_total"), rising(6_000)), (pending, steady("0")),
      (write("requests_total", ["status_code": "2XX"]), rising(60)),
      (write("packets_dropped_total"), steady("0")), (write("retries_count_total"), steady("0")),
      (write("send_duration_seconds_total"), rising(6)), (write("queues"), steady("2")),
      (agent("vm_persistentqueue_bytes_dropped_total", ["path": "queue/1"]), steady("0")),
      (agent("vm_persistentqueue_write_duration_seconds_total"), rising(1)),
      (agent("vm_persistentqueue_read_duration_seconds_total"), rising(1)),
    ]
  }

  var vmagentScenarios: [RuleScenario] {
    [
      scenario(
        "the endpoint refuses blocks", [write("packets_dropped_total"): risingLater(1)],
        [fires("BlocksRefused")]),
      scenario(
        "the queue drops its oldest blocks",
        [agent("vm_persistentqueue_bytes_dropped_total", ["path": "queue/1"]): risingLater(1_000_000)],
        [fires("QueueDropped", agentLabels)]),
      scenario(
        "samples are dropped on overload", [write("samples_dropped_total"): risingLater(1000)],
        [fires("SamplesDropped")]),
      scenario(
        "the endpoint is down",
        [
          write("bytes_sent_total"): risingAtFirst(6_000), pending: risingLater(6_000),
          write("requests_total", ["status_code": "2XX"]): risingAtFirst(60),
          write("retries_count_total"): risingLater(2),
        ], [fires("EndpointBehind"), fires("NothingArrives"), fires("Retrying")]),
      scenario(
        "the connections are busy all the time", [write("send_duration_seconds_total"): risingLater(118)],
        [fires("QueuesBusy")]),
      scenario(
        "the disk is too slow", [agent("vm_persistentqueue_write_duration_seconds_total"): risingLater(59)],
        [fires("QueueTrouble", agentLabels)]),
    ]
  }
}
