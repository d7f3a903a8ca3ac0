public import Listening
public import Logging
public import Telemetry

/// An endpoint for Remote Write 1.0 and 2.0 that is strict, can be looked into, and can misbehave on request.
///
///     let receiver = RemoteWriteReceiver(ReceiverSettings(), registry: registry, logger: logger)
///     let address = try await receiver.start()      // 127.0.0.1:43127
///     … senders post to http://127.0.0.1:43127/api/v1/write …
///     receiver.report().samples
///     await receiver.stop()
///
/// Everything that is against the specification is counted with an example; what makes data unusable is refused as
/// the specification says. The store is in memory and keeps what can be said of each series, not its samples.
public final class RemoteWriteReceiver: Sendable {
  public let settings: ReceiverSettings
  private let reception: WriteReception
  private let registry: MetricsRegistry
  private let listener: WebListener
  private let logger: Logger

  /// - Parameters:
  ///   - registry: what `/metrics` shows; the receiver adds its own counts to it.
  ///   - security: TLS and users; nil for plain HTTP that is open to all.
  public init(
    _ settings: ReceiverSettings = ReceiverSettings(), registry: MetricsRegistry = MetricsRegistry(),
    security: WebSecurity? = nil, logger: Logger
  ) {
    self.settings = settings
    self.registry = registry
    self.logger = logger
    listener = WebListener(settings.listener, security: security, logger: logger)
    reception = WriteReception(settings, registry: registry)
    ProcessMetrics.register(in: registry)
    if let misbehaviour = settings.misbehaviour { reception.misbehave(misbehaviour) }
  }

  /// Listens, and returns as soon as requests are served.
  ///
  /// - Throws: when it listens already, or when the address cannot be had.
  public func start() async throws(ListeningError) -> ListeningAddress {
    let address = try await listener.start(
      ReceiverResponder(reception: reception, registry: registry, bodyBytesMax: settings.bodyBytesMax))
    let prefix = settings.listener.routePrefix
    let path = (prefix == "/" ? "" : prefix) + "/api/v1/write"
    logger.notice(
      "Godwit receive is listening for remote write",
      metadata: ["address": "\(listener.scheme)://\(address)\(path)"])
    return address
  }

  /// Stops listening, lets requests under way finish for a moment, and returns when all is closed.
  ///
  /// What was received stays in ``report()``; the receiver may be started again.
  public func stop() async { await listener.stop() }

  public func report() -> ReceiverReport { reception.report() }

  /// What is known of the series whose metric is called `text` or, if there are none, that have `text` in a label.
  public func series(matching text: String = "", limit: Int = 100) -> [SeriesReport] {
    reception.series(matching: text, limit: limit)
  }

  /// Misbehaves from now on, or no longer with nil.
  public func misbehave(_ misbehaviour: Misbehaviour?) { reception.misbehave(misbehaviour) }
}
