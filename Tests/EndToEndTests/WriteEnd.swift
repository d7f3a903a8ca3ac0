/// Where other programs write to, and where what came of it can be looked at.
struct WriteEnd {
  enum Kind: String, Sendable, CaseIterable {
    /// `godwit receive`.
    case receive
    /// An agent that takes writes in and relays them to a `godwit receive`.
    case agent
  }

  /// The ends that every sender is tried with.
  static let kinds = Kind.allCases

  let url: String
  let receiver: RunningReceiver

  /// Holds what is expected against what there is, again and again until all of it is there.
  ///
  /// - Throws: the first differences, when the time is over.
  func expect(_ points: [ExpectedPoint], whileWaitingFor what: String) async throws {
    try await eventually(what) {
      let found = Dictionary(grouping: try receiver.everySeries(), by: \.labels)
      let differences = points.compactMap { $0.difference(to: found[$0.labels] ?? []) }
      if !differences.isEmpty { throw EndToEndError("\(differences.count): \(differences.prefix(3))") }
      return true
    }
  }
}

/// What a series is to have as its newest point.
struct ExpectedPoint {
  var labels: Labels
  var value: Double
  /// Milliseconds since the Unix epoch, where the sender was told a time.
  var time: Int64?

  func difference(to found: [ReceivedSeries]) -> String? {
    guard let series = found.first, found.count == 1 else { return "\(labels): \(found.count) series" }
    guard isSame(series.lastValue.flatMap(number), value) else {
      return "\(labels): \(value) is expected, there is \(series.lastValue ?? "nothing")"
    }
    guard time == nil || series.lastTimestampMs == time else {
      return "\(labels): time \(time ?? 0) is expected, there is \(series.lastTimestampMs ?? 0)"
    }
    return nil
  }
}

extension World {
  func startWriteEnd(_ kind: WriteEnd.Kind) async throws -> WriteEnd {
    let receiver = try await startReceiver(flags: ["--keep-all-timestamps"])
    switch kind {
    case .receive: return WriteEnd(url: receiver.url, receiver: receiver)
    case .agent:
      let agent = try await startAgent(
        """
        remote_write:
        - name: relay
          url: \(receiver.url)
          protobuf_message: \(version2)
          send_exemplars: true
          send_native_histograms: true
          queue_config: {batch_send_deadline: 200ms}
        """, name: "relay", log: "relayed",
        flags: ["--web.enable-remote-write-receiver"])
      return WriteEnd(url: "http://127.0.0.1:\(agent.port)/api/v1/write", receiver: receiver)
    }
  }
}
