import EventLoops
import GodwitTesting
import HTTPTypes
import Hummingbird
import Listening
import NIOCore

/// Gathers what is sent to `/gathered` and says how much it was.
struct CountingRoute: GatheringRoute {
  var bytesMax = 1000
  /// Holds answers back.
  var gate: Gate?

  func form(path: String, header: (String) -> String?) -> (any GatheringForm)? {
    path == "/gathered" ? CountingForm(route: self, name: header("x-name") ?? "") : nil
  }

  static func answer(_ status: Int, _ text: String) -> GatheredAnswer {
    GatheredAnswer(status: status, fields: [], body: text + "\n")
  }
}

struct CountingForm: GatheringForm {
  let route: CountingRoute
  let name: String

  func begin(bodyByteCount: Int) -> GatheringStart {
    if bodyByteCount > route.bytesMax { return .refused(CountingRoute.answer(413, "\(bodyByteCount) announced")) }
    return .begun(CountingRequest(route: route, name: name))
  }
}

struct CountingRequest: GatheringRequest {
  let route: CountingRoute
  let name: String
  var byteCount = 0

  mutating func add(_ part: Span<UInt8>) -> GatheredAnswer? {
    byteCount += part.count
    return byteCount > route.bytesMax ? CountingRoute.answer(413, "gathered too much") : nil
  }

  func answer() -> GatheredAnswer {
    route.gate?.pass()
    return CountingRoute.answer(200, "gathered \(name) \(byteCount)")
  }
}

extension Gathering {
  /// On a thread of its own.
  init(_ route: CountingRoute) { self.init(route, on: LoopThreads(count: 1)) }
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
      if let answer = counting.add(part.readableBytesUInt8Span) { return Self.response(answer) }
    }
    return Self.response(counting.answer())
  }

  private static func response(_ answer: GatheredAnswer) -> Response {
    let text = answer.body ?? ""
    return Response(
      status: .init(code: answer.status), headers: [.contentLength: "\(text.utf8.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
