import Foundation
import HTTPTypes
import Hummingbird
import Intake
import Logging
import NIOCore
import Telemetry

/// What a handler needs to know of the connection that a request came by.
struct ReceiverContext: InitializableFromSource {
  let channel: any Channel

  init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// The receiver's pages, by path and method.
struct ReceiverResponder: HTTPResponder {
  typealias Context = ReceiverContext

  let reception: WriteReception
  let registry: MetricsRegistry
  let bodyBytesMax: Int

  func respond(to request: Request, context: ReceiverContext) async throws -> Response {
    let path = request.uri.path
    switch (path, request.method) {
    case ("/api/v1/write", .post), ("/api/v1/push", .post):
      return try await write(request, context)
    case ("/", .get):
      return text(.ok, Self.frontPage)
    case ("/metrics", .get):
      let page = ByteBuffer(bytes: registry.render())
      return answer(.ok, page, type: "text/plain; version=0.0.4; charset=utf-8")
    case ("/-/healthy", .get):
      return text(.ok, "Godwit receiver is healthy.\n")
    case ("/-/ready", .get):
      return text(.ok, "Godwit receiver is ready.\n")
    case ("/api/v1/receive/status", .get):
      return json(reception.report())
    case ("/api/v1/receive/series", .get):
      return series(request)
    case ("/api/v1/receive/misbehave", .post):
      return misbehave(request)
    case ("/api/v1/receive/misbehave", .delete):
      reception.misbehave(nil)
      return Response(status: .noContent)
    default:
      return unknown(path)
    }
  }

  // MARK: - Pages

  private static let methods: [String: String] = [
    "/api/v1/write": "POST", "/api/v1/push": "POST", "/": "GET", "/metrics": "GET", "/-/healthy": "GET",
    "/-/ready": "GET", "/api/v1/receive/status": "GET", "/api/v1/receive/series": "GET",
    "/api/v1/receive/misbehave": "POST, DELETE",
  ]

  private static let frontPage = """
    Godwit receive: a strict endpoint for Prometheus Remote Write 1.0 and 2.0.

    POST   /api/v1/write               takes a write request (also /api/v1/push)
    GET    /api/v1/receive/status      what came so far, and what was wrong with it
    GET    /api/v1/receive/series      ?match=<metric name or part of a label>&limit=<count>
    POST   /api/v1/receive/misbehave   ?status=503&delay=2s&for=30s&every=3&retry_after=5&drop=close|reset|half
                                       &read_bytes_per_second=1000&take_data=true&forget=true
    DELETE /api/v1/receive/misbehave   behave well again
    GET    /metrics                    this process's own metrics
    GET    /-/healthy, /-/ready

    """

  private func unknown(_ path: String) -> Response {
    guard let methods = Self.methods[path] else { return text(.notFound, "There is nothing at \(path).\n") }
    var response = text(.methodNotAllowed, "\(path) answers to \(methods).\n")
    response.headers[.allow] = methods
    if methods == "POST" {
      let refusal = WriteAnswer.refusal(405, "")
      reception.count(refusal)
      for field in refusal.response.headers { response.headers[field.name] = field.value }
    }
    return response
  }

  private func series(_ request: Request) -> Response {
    let parameters = request.uri.queryParameters
    let limitText = parameters["limit"].map(String.init) ?? "100"
    guard let limit = Int(limitText), (0...100_000).contains(limit) else {
      return text(.badRequest, "limit is a number from 0 to 100000, not \(limitText)\n")
    }
    return json(reception.series(matching: parameters["match"].map(String.init) ?? "", limit: limit))
  }

  private func misbehave(_ request: Request) -> Response {
    do {
      let parameters = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
      reception.misbehave(try Misbehaviour(parameters: parameters))
      return Response(status: .noContent)
    } catch {
      return text(.badRequest, "\(error)\n")
    }
  }

  // MARK: - Writing

  private func write(_ request: Request, _ context: ReceiverContext) async throws -> Response {
    let headers = WriteHeaders(request.headers)
    let misbehaviour = reception.nextMisbehaviour(at: .now)
    let body = try await WriteBody.read(
      request, bytesMax: bodyBytesMax, bytesPerSecond: misbehaviour?.readBytesPerSecond)
    if let delay = misbehaviour?.delay, delay > .zero { try await Task.sleep(for: delay) }
    if let misbehaviour, misbehaviour.forgets { return await answer(body, headers, isForgotten: true).response }
    guard let misbehaviour, misbehaviour.status != nil || misbehaviour.drop != nil else {
      return await answer(body, headers).response
    }
    var answer = WriteAnswer(status: 0)
    if misbehaviour.takesData { answer = await self.answer(body, headers, isCounted: false) }
    if let drop = misbehaviour.drop {
      answer.status = 0
      reception.count(answer)
      return try await self.drop(drop, context.channel)
    }
    answer.status = misbehaviour.status ?? 503
    answer.reason = "This receiver misbehaves on request."
    answer.retryAfterSeconds = misbehaviour.retryAfter?.components.seconds
    reception.count(answer)
    return answer.response
  }

  private func answer(
    _ body: WriteBody, _ headers: WriteHeaders, isCounted: Bool = true, isForgotten: Bool = false
  ) async -> WriteAnswer {
    var answer = WriteAnswer.tooLarge(bodyBytesMax)
    if case .whole(let bytes) = body {
      answer = isForgotten ? reception.pretend(bytes, headers) : reception.receive(bytes, headers)
    }
    if isCounted { reception.count(answer) }
    return answer
  }

  /// Ends the connection as `drop` says. What is returned is written to a connection that is closed by then, except
  /// for the half answer, which ends the connection by failing in the middle of its body.
  private func drop(_ drop: Misbehaviour.Drop, _ channel: any Channel) async throws -> Response {
    switch drop {
    case .half:
      let promised = "This answer is never finished."
      return Response(
        status: .ok,
        body: ResponseBody(contentLength: promised.utf8.count) { writer in
          try await writer.write(ByteBuffer(string: String(promised.prefix(promised.count / 2))))
          try await channel.close()
        })
    case .reset:
      try await channel.reset()
    case .close:
      try await channel.close()
    }
    return Response(status: .noContent)
  }

  // MARK: - Answers

  private func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
    answer(status, ByteBuffer(string: text), type: "text/plain; charset=utf-8")
  }

  private func json(_ value: some Encodable) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    guard let data = try? encoder.encode(value) else { return text(.internalServerError, "no JSON\n") }
    return answer(.ok, ByteBuffer(bytes: data + [UInt8(ascii: "\n")]), type: "application/json")
  }

  private func answer(_ status: HTTPResponse.Status, _ body: ByteBuffer, type: String) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: body))
  }
}
