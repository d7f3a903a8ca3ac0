public import Hummingbird
public import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Where a listener can be reached.
public struct ListeningAddress: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `host:port`, `[::1]:9090`, or `:9090` for every interface.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Why nothing listens.
public struct ListeningError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The listener was started and not stopped.
    case alreadyListening
    /// The address cannot be had.
    case cannotListen
  }

  public var code: Code
  /// For people, with the address.
  public var description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

/// Serves HTTP on one address from ``start(_:)`` to ``stop()``.
public final class WebListener: Sendable {
  /// How long ``stop()`` waits for requests under way before it cuts them off.
  static let stopTimeoutMax = Duration.seconds(3)

  private struct Running {
    var group: ServiceGroup
    /// Ends when nothing is served any more; why, if that was not asked for.
    var task: Task<String?, Never>
  }

  private let address: ListeningAddress
  private let logger: Logger
  private let running = Mutex<Running?>(nil)

  /// - Parameter address: port 0 takes a free one.
  public init(_ address: ListeningAddress, logger: Logger) {
    self.address = address
    // The web framework tells of each start and stop; only what is wrong with it belongs in our log.
    var quiet = logger
    quiet.logLevel = max(.warning, logger.logLevel)
    self.logger = quiet
  }

  /// Listens, and returns as soon as requests are served.
  ///
  /// - Returns: the address, with the port that was taken.
  /// - Throws: when it listens already, or when the address cannot be had.
  public func start(
    _ responder: some HTTPResponder<some InitializableFromSource<ApplicationRequestContextSource>>
  ) async throws(ListeningError) -> ListeningAddress {
    let (addresses, found) = AsyncStream.makeStream(of: ListeningAddress.self)
    let host = address.host
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(address: .hostname(host, port: address.port)),
      onServerRunning: { channel in
        let local = channel.localAddress
        found.yield(ListeningAddress(host: local?.ipAddress ?? host, port: local?.port ?? 0))
      },
      logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = Self.stopTimeoutMax
    let group = ServiceGroup(configuration: configuration)
    let task = running.withLock { running -> Task<String?, Never>? in
      guard running == nil else { return nil }
      let task = Task<String?, Never> {
        defer { found.finish() }
        do { try await group.run() } catch { return "\(error)" }
        return nil
      }
      running = Running(group: group, task: task)
      return task
    }
    guard let task else { throw ListeningError(.alreadyListening, "already listening on \(address)") }
    for await address in addresses { return address }
    running.withLock { $0 = nil }
    let reason = await task.value ?? "it was stopped at once"
    throw ListeningError(.cannotListen, "cannot listen on \(address): \(reason)")
  }

  /// Stops listening, lets requests under way finish for a moment, and returns when all is closed. It may be started
  /// again.
  public func stop() async {
    let running = running.withLock { running in
      defer { running = nil }
      return running
    }
    guard let running else { return }
    await running.group.triggerGracefulShutdown()
    _ = await running.task.value
  }
}
