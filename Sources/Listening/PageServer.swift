import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The web framework's server with a responder behind it, and nothing else of what the framework calls an application:
/// that has a task which wakes three threads each second, to have the date of answers at hand. Here it is written when
/// somebody asks.
struct PageServer<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  /// An answer could not be written because the rest of the request could not be read; the connection ends with it.
  private struct BrokenRequest: Error {}

  let responder: Responder
  let server: HTTPServerBuilder
  let address: ListeningAddress
  let onServerRunning: @Sendable (any Channel) async -> Void
  let logger: Logger
  private let date = SharedDate()

  init(
    responder: Responder, server: HTTPServerBuilder, address: ListeningAddress,
    onServerRunning: @escaping @Sendable (any Channel) async -> Void, logger: Logger
  ) {
    self.responder = responder
    self.server = server
    self.address = address
    self.onServerRunning = onServerRunning
    self.logger = logger
  }

  @concurrent
  func run() async throws {
    let service = try server.buildServer(
      configuration: ServerConfiguration(address: .hostname(address.host, port: address.port)),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
      responder: { request, writer, channel in
        let response = try await answer(request, channel)
        do {
          try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
          // The error itself would have another answer written.
          throw BrokenRequest()
        }
      }, onServerRunning: onServerRunning)
    try await service.run()
  }

  private func answer(_ request: Request, _ channel: any Channel) async throws -> Response {
    let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    var response: Response
    do {
      response = try await responder.respond(to: request, context: context)
    } catch let error as HTTPParserError {
      throw error
    } catch {
      logger.debug("A request was not answered", metadata: ["cause": "\(error)"])
      response = Response(status: .internalServerError, body: ResponseBody())
    }
    response.headers[.date] = date.now()
    return response
  }
}

/// The date of the answers of all connections.
private final class SharedDate: Sendable {
  private let date = Mutex(AnswerDate())

  func now() -> String {
    let seconds = time(nil)
    return date.withLock { $0.text(atSeconds: seconds) }
  }
}
