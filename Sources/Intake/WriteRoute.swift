public import Hummingbird
import NIOCore
import RemoteWriteProtocol
import Synchronization
public import Telemetry

/// `POST /api/v1/write` on top of a ``WriteIntake``: reads bodies within their bounds and counts answers.
///
/// A body is collected on the thread of its connection. From then on a request is worked on by one thread, up to its
/// answer: it is handed over once and comes back once.
///
///     let allowance = BodyAllowance(bytesMax: 64 << 20)
///     let route = WriteRoute(intake: intake, allowance: allowance, threads: disk, telemetry: registry)
///     return try await route.respond(to: request)
public struct WriteRoute<Store: WriteStore>: Sendable {
  /// When a sender may come again that was turned away for the bodies of others. They are gone in a moment.
  static var overBudgetRetryAfterSeconds: Int64 { 1 }

  public let intake: WriteIntake<Store>
  private let allowance: BodyAllowance?
  private let threads: any TaskExecutor
  private let counts: WriteRequestCounts

  /// - Parameters:
  ///   - allowance: how many bytes of bodies may be held at once; nil for no bound beside that of each body.
  ///   - threads: where requests are read and stored; they may wait as long as the store does.
  public init(
    intake: WriteIntake<Store>, allowance: BodyAllowance?, threads: any TaskExecutor, telemetry: MetricsRegistry
  ) {
    self.intake = intake
    self.threads = threads
    self.allowance = allowance
    counts = WriteRequestCounts(registry: telemetry)
  }

  /// Answers a request of any method.
  ///
  /// - Throws: when the connection ends before the body does.
  public func respond(to request: Request) async throws -> Response {
    guard request.method == .post else {
      counts.count(405)
      var response = WriteAnswer.refusal(405, "\(request.uri.path) answers to POST.").response
      response.headers[.allow] = "POST"
      return response
    }
    let answer = try await answer(to: request)
    counts.count(answer.status)
    return answer.response
  }

  private func answer(to request: Request) async throws -> WriteAnswer {
    var held = HeldBytes(of: allowance)
    let bytesMax = intake.reader.limits.bodyBytesMax
    let body: [UInt8]
    switch try await WriteBody.read(request, bytesMax: bytesMax, holding: &held) {
    case .whole(let bytes): body = bytes
    case .tooLarge: return .tooLarge(bytesMax)
    case .overBudget: return Self.overBudget
    }
    // What the body says of itself is at most the bound when it is read further, or nothing is allocated for it.
    let declared = min(Snappy.declaredLength(body[...]) ?? 0, bytesMax)
    guard held.take(declared) else { return Self.overBudget }
    let headers = WriteHeaders(request.headers)
    let answer = await withTaskExecutorPreference(threads) { await intake.answer(body, headers) }
    held.end()
    return answer
  }

  private static var overBudget: WriteAnswer {
    .refusal(
      429, "Too many requests are being read at once; send it again in a moment.",
      retryAfterSeconds: overBudgetRetryAfterSeconds)
  }
}

/// `prometheus_http_requests_total` of the write route.
public final class WriteRequestCounts: Sendable {
  private let registry: MetricsRegistry
  /// By status, once it was answered: to find a counter in the registry its labels have to be written out.
  private let counters = Mutex<[Int: Counter]>([:])

  public init(registry: MetricsRegistry) { self.registry = registry }

  /// - Parameter status: what was answered; 0 stands for a dropped connection.
  public func count(_ status: Int) { counter(status).add() }

  private func counter(_ status: Int) -> Counter {
    if let known = counters.withLock({ $0[status] }) { return known }
    let counter = registry.counter(
      "prometheus_http_requests_total", help: "Counter of HTTP requests.",
      labels: [("handler", "/api/v1/write"), ("code", String(status))])
    counters.withLock { $0[status] = counter }
    return counter
  }
}
