import Hummingbird
import Listening
import NIOPosix
import Testing

@Suite("The thread of an answer")
struct AnswerThreadTests {
  private struct Context: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
  }

  /// Answers 200 on the thread of an event loop and 202 elsewhere, once the body is there.
  private struct ThreadResponder: HTTPResponder {
    func respond(to request: Request, context: Context) async throws -> Response {
      _ = try await request.body.collect(upTo: 1 << 20)
      return Response(status: MultiThreadedEventLoopGroup.currentEventLoop == nil ? .accepted : .ok)
    }
  }

  @Test(
    "A request that stays with its connection is answered on its thread, and others are not",
    arguments: ["/", "/prefix"])
  func staying(prefix: String) async throws {
    var options = ListenerOptions([ListeningAddress(host: "127.0.0.1", port: 0)])
    options.routePrefix = prefix
    let listener = WebListener(options, logger: .quiet)
    let address = try await listener.start(ThreadResponder()) { $0.path == "/stays" }
    let start = prefix == "/" ? "" : prefix
    for (path, status) in [("/stays", 200), ("/goes", 202), ("/stays?a=b", 202)] {
      let connection = try await RawConnection.open(address)
      await connection.get(start + path)
      #expect(await connection.answer() == status, "\(path)")
    }
    await listener.stop()
  }
}
