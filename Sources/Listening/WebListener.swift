public import HTTPTypes
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves HTTP on its addresses from ``start(_:)`` to ``stop()``.
///
///     let listener = WebListener(ListenerOptions([ListeningAddress(host: "::1", port: 9090)]), logger: logger)
///     let address = try await listener.start(responder)      // [::1]:9090
///     await listener.stop()
///
/// Clients are bounded by ``ListenerOptions``: how many, how slow, how long their requests' heads. With a
/// ``WebSecurity`` they have to be who the web configuration file asks for.
public final class WebListener: Sendable {
  /// How long ``stop()`` waits for requests under way before it cuts them off.
  static let stopTimeoutMax = Duration.seconds(3)

  private struct Running {
    var group: ServiceGroup
    var gate: ConnectionGate
    var roll: ConnectionRoll
    /// Ends when nothing is served any more; why, if that was not asked for.
    var task: Task<String?, Never>
    var addresses: [ListeningAddress] = []
  }

  private let options: ListenerOptions
  private let security: WebSecurity?
  private let logger: Logger
  private let running = Mutex<Running?>(nil)

  public init(_ options: ListenerOptions, security: WebSecurity? = nil, logger: Logger) {
    self.options = options
    self.security = security
    // The web framework tells of each start and stop; only what is wrong with it belongs in our log.
    var quiet = logger
    quiet.logLevel = max(.warning, logger.logLevel)
    self.logger = quiet
  }

  /// - Parameter address: port 0 takes a free one.
  public convenience init(_ address: ListeningAddress, logger: Logger) {
    self.init(ListenerOptions([address]), logger: logger)
  }

  /// Where it listens now, in the order of the options; empty when it does not.
  public var addresses: [ListeningAddress] { running.withLock { $0?.addresses ?? [] } }

  /// How clients have to speak to it.
  public var scheme: String { security?.usesTLS == true ? "https" : "http" }

  /// Listens, and returns as soon as requests are served at every address.
  ///
  /// - Parameter staysWithConnection: whether a request, without the prefix of pages, is answered on the thread of its
  ///   connection. The responder then must not occupy that thread: it serves other connections too.
  /// - Parameter gathering: takes its requests before the responder does, where a request needs no credentials.
  /// - Returns: the first address, with the port that was taken; ``addresses`` has them all.
  /// - Throws: when it listens already, or when an address cannot be had; then none is listened on.
  public func start(
    _ responder: some HTTPResponder<some InitializableFromSource<ApplicationRequestContextSource>>,
    staysWithConnection: @escaping @Sendable (HTTPRequest) -> Bool = { _ in false },
    gathering: Gathering? = nil
  ) async throws(ListeningError) -> ListeningAddress {
    let (found, foundIn) = AsyncStream.makeStream(of: (index: Int, address: ListeningAddress).self)
    let gate = ConnectionGate(connectionsMax: options.connectionsMax)
    let guarded = GuardedResponder(
      base: responder, security: security, limiter: RateLimiter(), prefix: options.routePrefix,
      staysWithConnection: staysWithConnection)
    let roll = ConnectionRoll()
    let gathered = gathering.map { GatheredConnections($0, options, gate, roll) }
    let applications = options.addresses.enumerated().map { index, address in
      application(guarded, address, gate, gathered, roll) { foundIn.yield((index, $0)) }
    }
    var configuration = ServiceGroupConfiguration(services: applications, logger: logger)
    configuration.maximumGracefulShutdownDuration = Self.stopTimeoutMax
    let group = ServiceGroup(configuration: configuration)
    let task = running.withLock { running -> Task<String?, Never>? in
      guard running == nil else { return nil }
      let task = Task<String?, Never> {
        defer { foundIn.finish() }
        do { try await group.run() } catch { return "\(error)" }
        return nil
      }
      running = Running(group: group, gate: gate, roll: roll, task: task)
      return task
    }
    let names = options.addresses.map(\.description).joined(separator: ", ")
    guard let task else { throw ListeningError(.alreadyListening, "already listening on \(names)") }
    var addresses: [Int: ListeningAddress] = [:]
    for await (index, address) in found {
      addresses[index] = address
      let all = options.addresses.indices.compactMap { addresses[$0] }
      guard all.count == options.addresses.count, let first = all.first else { continue }
      running.withLock { $0?.addresses = all }
      return first
    }
    running.withLock { $0 = nil }
    let reason = await task.value ?? "it was stopped at once"
    throw ListeningError(.cannotListen, "cannot listen on \(names): \(reason)")
  }

  private func application<Responder: HTTPResponder>(
    _ responder: Responder, _ address: ListeningAddress, _ gate: ConnectionGate, _ gathered: GatheredConnections?,
    _ roll: ConnectionRoll, isListening: @escaping @Sendable (ListeningAddress) -> Void
  ) -> any Service where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    PageServer(
      responder: responder,
      server: HTTPServerBuilder { [options, security] handle in
        GuardedChannel(
          responder: handle, options: options, gate: gate, security: security, gathered: gathered, roll: roll)
      },
      address: address,
      onServerRunning: { channel in
        gate.add(channel)
        // One at a time, so that no more are accepted than there is room for.
        try? await channel.setOption(.maxMessagesPerRead, value: 1).get()
        let local = channel.localAddress
        isListening(ListeningAddress(host: local?.ipAddress ?? address.host, port: local?.port ?? 0))
      },
      logger: logger)
  }

  /// Stops listening, lets requests under way finish for a moment, and returns when all is closed. It may be started
  /// again.
  public func stop() async {
    let running = running.withLock { running in
      defer { running = nil }
      return running
    }
    guard let running else { return }
    running.gate.close()
    await running.group.triggerGracefulShutdown()
    await running.roll.end(within: Self.stopTimeoutMax)
    _ = await running.task.value
  }
}
