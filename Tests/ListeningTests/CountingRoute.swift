import GodwitTesting
import HTTPTypes
import Hummingbird
import Listening
import NIOCore

/// Gathers what is sent to `/gathered` and says how much it was.
struct CountingRoute: GatheringRoute {
  var bytesMax = 1000
  /// Lets answers wait.
  var door = Door(isOpen: true)

  func begin(path: String, method: String, header: (String) -> String?) -> GatheringStart? {
    guard path == "/gathered", method == "POST" else { return nil }
    let announced = header("content-length").flatMap { Int($0) } ?? 0
    if announced > bytesMax { return .refused(Self.answer(413, "\(announced) announced")) }
    return .begun(CountingRequest(route: self, name: header("x-name") ?? ""))
  }

  static func answer(_ status: Int, _ text: String) -> GatheredAnswer {
    GatheredAnswer(status: status, fields: [], body: text + "\n")
  }
}

struct CountingRequest: GatheringRequest {
  let route: CountingRoute
  let name: String
  var byteCount = 0

  var threads: any TaskExecutor { globalConcurrentExecutor }

  mutating func add(_ part: ByteBuffer) -> GatheredAnswer? {
    byteCount += part.readableBytes
    return byteCount > route.bytesMax ? CountingRoute.answer(413, "gathered too much") : nil
  }

  func answer() async -> GatheredAnswer {
    await route.door.pass()
    return CountingRoute.answer(200, "gathered \(name) \(byteCount)")
  }
}

/// Answers as a ``CountingRoute`` does, in the way of all requests, and as ``EchoResponder`` does to others.
struct CountingResponder: HTTPResponder {
  var route = CountingRoute()

  func respond(to request: Request, context: EchoContext) async throws -> Response {
    guard request.uri.string == "/gathered", request.method == .post else {
      return try await EchoResponder().respond(to: request, context: context)
    }
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    if announced > route.bytesMax { return Self.response(CountingRoute.answer(413, "\(announced) announced")) }
    let name = HTTPField.Name("x-name").flatMap { request.headers[$0] }
    var counting = CountingRequest(route: route, name: name ?? "")
    for try await part in request.body {
      if let answer = counting.add(part) { return Self.response(answer) }
    }
    return Self.response(await counting.answer())
  }

  private static func response(_ answer: GatheredAnswer) -> Response {
    let text = answer.body ?? ""
    return Response(
      status: .init(code: answer.status), headers: [.contentLength: "\(text.utf8.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
