public import MetricModel
public import RemoteWriteProtocol
public import Settings
import Telemetry

/// Tells a Remote Write 1.0 endpoint now and then what the metric families are, as Prometheus does. In 2.0 metadata
/// travels with each series and nothing is sent here.
///
/// It waits while the endpoint has asked to be left alone, and hands on when it is asked that itself.
///
/// This is not durable and need not be: what is not delivered now is told again at the next interval.
public struct MetadataSender: Sendable {
  private static let attemptsMax = 3

  private let settings: EndpointSettings
  private let courier: Courier
  private let metrics: DeliveryMetrics
  private let pace: EndpointPace
  private let message: @Sendable () -> WriteMessageVersion
  private let families: @Sendable () -> [(name: String, metadata: MetricMetadata)]

  /// - Parameter message: the message that the endpoint is sent at present.
  public init(
    _ settings: EndpointSettings, courier: @escaping Courier, metrics: DeliveryMetrics, pace: EndpointPace,
    message: @escaping @Sendable () -> WriteMessageVersion,
    families: @escaping @Sendable () -> [(name: String, metadata: MetricMetadata)]
  ) {
    self.settings = settings
    self.courier = courier
    self.metrics = metrics
    self.pace = pace
    self.message = message
    self.families = families
  }

  /// Sends at every interval until the task is cancelled.
  public func run() async {
    guard settings.metadata.send else { return }
    while (try? await Task.sleep(for: settings.metadata.sendInterval)) != nil {
      guard message() == .v1 else { continue }
      let requests = Self.requests(
        families(), perRequest: settings.metadata.maxSamplesPerSend, escaping: settings.delivery.rw1Escaping)
      for request in requests {
        await send(request)
      }
    }
  }

  /// What to send: each family once, by the name that its series have in 1.0 and in the order of that, split into
  /// requests.
  static func requests(
    _ families: [(name: String, metadata: MetricMetadata)], perRequest: Int, escaping: NameEscaping
  ) -> [[(familyName: String, metadata: MetricMetadata)]] {
    struct Entry: Hashable {
      var name: String
      var metadata: MetricMetadata
    }
    // Targets of different versions may describe a family differently; as in Prometheus both are told.
    let entries = Set(families.map { Entry(name: escaping.escape($0.name, of: .metric), metadata: $0.metadata) }).sorted
    {
      ($0.name, $0.metadata.help) < ($1.name, $1.metadata.help)
    }
    let step = max(1, perRequest)
    return stride(from: 0, to: entries.count, by: step).map { start in
      entries[start..<min(start + step, entries.count)].map { ($0.name, $0.metadata) }
    }
  }

  private func send(_ families: [(familyName: String, metadata: MetricMetadata)]) async {
    var body: [UInt8] = []
    Snappy.compress(MetadataRequest.encode(families)[...], into: &body)
    let policy = RetryPolicy(settings.queue)
    for attempt in 1...Self.attemptsMax {
      guard await waitForHold() else { return }
      metrics.metadataBytesSent.add(body.count)
      let answer = await courier(OutgoingRequest(version: .v1, body: body, earlierAttempts: attempt - 1))
      var retryAfter: Duration?
      if case .answered(let response) = answer {
        let verdict = WriteVerdict(
          response, to: .v1, sent: WriteCounts(),
          policy: ClassificationPolicy(retryOnRateLimit: true, retryAfterMax: RetryPolicy.retryAfterMax))
        guard case .retryable(let after, _) = verdict else {
          let isTaken = (200...299).contains(response.status)
          (isTaken ? metrics.metadataSent : metrics.metadataFailed).add(families.count)
          return
        }
        retryAfter = after
        if let after { pace.hold(for: after) }
      }
      metrics.metadataRetried.add(families.count)
      let delay = policy.delay(afterAttempt: attempt, retryAfter: retryAfter, random: .random(in: 0..<1))
      guard (try? await Task.sleep(for: delay)) != nil else { return }
    }
    metrics.metadataFailed.add(families.count)
  }

  /// Waits until the time is over for which the endpoint has asked.
  ///
  /// - Returns: false if the task was cancelled meanwhile.
  private func waitForHold() async -> Bool {
    while let until = pace.heldUntil, until > .now {
      guard (try? await Task.sleep(until: until, clock: .continuous)) != nil else { return false }
    }
    return !Task.isCancelled
  }
}
