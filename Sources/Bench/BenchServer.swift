import NIOCore
import NIOHTTP1
import NIOPosix
import RemoteWriteProtocol
import Synchronization

/// Plays both ends of an agent: targets whose pages change, and an endpoint that counts what it is sent.
///
///     let server = BenchServer(pages: TargetPages(targets: 100, seriesPerTarget: 1000))
///     let port = try await server.start(host: "127.0.0.1", port: 0)
///     …
///     await server.stop()
///
/// Paths: `/target/<number>` are the pages, `/targets` lists them for `http_sd_configs`, `/api/v1/write` takes Remote
/// Write 1.0 and 2.0, `/figures` is what was received. Everything is done by one thread, which leaves the other
/// processors to what is measured.
public final class BenchServer: Sendable {
  /// The most bytes of a body, compressed and not.
  static let bodyBytesMax = 64 << 20
  static let messageBytesMax = 512 << 20
  private static let backlog: Int32 = 1024

  private struct Running {
    var group: MultiThreadedEventLoopGroup
    var channel: any Channel
  }

  let pages: TargetPages?
  private let counts = Mutex(ReceivedCounts())
  private let running = Mutex<Running?>(nil)
  private let authority = Mutex("")

  /// - Parameter pages: nil where there is nothing to scrape.
  public init(pages: TargetPages? = nil) { self.pages = pages }

  /// What the endpoint has received so far.
  public var received: ReceivedCounts { counts.withLock { $0 } }

  /// `host:port`, once it is served.
  public var address: String { authority.withLock { $0 } }

  /// Serves until ``stop()``.
  ///
  /// - Parameter port: 0 takes a free one.
  /// - Returns: the port.
  /// - Throws: when the address cannot be had.
  public func start(host: String, port: Int) async throws -> Int {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 65_536, maximum: 1 << 20)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(BenchHandler(self))
        }
      }
    do {
      let channel = try await bootstrap.bind(host: host, port: port).get()
      let port = channel.localAddress?.port ?? port
      running.withLock { $0 = Running(group: group, channel: channel) }
      authority.withLock { $0 = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
      return port
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// Ends all connections and returns when nothing is served any more.
  public func stop() async {
    let running = running.withLock { running in
      defer { running = nil }
      return running
    }
    guard let running else { return }
    try? await running.channel.close()
    try? await running.group.shutdownGracefully()
  }

  /// Counts one request of Remote Write.
  func count(_ message: [UInt8], _ version: WriteMessageVersion, bytes: Int) -> ReceivedCounts.Request? {
    let nowMs = WallClock.nowMs
    return counts.withLock { $0.count(message, version, bytes: bytes, nowMs: nowMs) }
  }

  func countMalformed() { counts.withLock { $0.malformed += 1 } }

  /// The answer of `/targets`.
  var targetList: String {
    let groups = (0..<(pages?.count ?? 0)).map { target in
      "{\"targets\":[\"\(address)\"],\"labels\":{\"instance\":\"\(TargetPages.instance(target))\","
        + "\"__metrics_path__\":\"/target/\(target)\"}}"
    }
    return "[\(groups.joined(separator: ",\n"))]\n"
  }
}
