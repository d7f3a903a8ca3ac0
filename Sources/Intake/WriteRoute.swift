public import Hummingbird
import NIOCore
import RemoteWriteProtocol
import Synchronization
public import Telemetry

/// `POST /api/v1/write` on top of a ``WriteIntake``: reads bodies within their bounds and counts answers.
///
/// A body is collected on the thread of its connection. From then on a request is worked on by one thread, up to its
/// answer.
///
///     let allowance = BodyAllowance(bytesMax: 64 << 20)
///     let route = WriteRoute(intake: intake, allowance: allowance, threads: disk, telemetry: registry)
///     return try await route.respond(to: request)
///
/// Whoever collects bodies itself begins a request with ``begin(_:announced:)``.
public struct WriteRoute<Store: WriteStore>: Sendable {
  /// When a sender may come again that was turned away for the bodies of others. They are gone in a moment.
  static var overBudgetRetryAfterSeconds: Int64 { 1 }

  public let intake: WriteIntake<Store>
  /// Where ``respond(to:)`` reads and stores requests; they may wait as long as the store does.
  public let threads: any TaskExecutor
  private let allowance: BodyAllowance?
  private let counts: WriteRequestCounts

  /// - Parameters:
  ///   - allowance: how many bytes of bodies may be held at once; nil for no bound beside that of each body.
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
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    switch begin(WriteHeaders(request.headers), announced: announced) {
    case .refused(let answer): return answer.response
    case .begun(var write):
      for try await part in request.body {
        if let refusal = write.add(part.readableBytesUInt8Span) { return refusal.response }
      }
      let whole = write
      return await withTaskExecutorPreference(threads) { whole.answer() }.response
    }
  }

  /// A request whose method has been looked at, before any of its body has come.
  public enum Start: Sendable {
    case begun(ArrivingWrite<Store>)
    case refused(WriteAnswer)
  }

  /// - Parameter announced: the `Content-Length`; 0 where there is none.
  public func begin(_ headers: WriteHeaders, announced: Int) -> Start {
    let bytesMax = intake.reader.limits.bodyBytesMax
    guard let body = ArrivingBody(announced: announced, bytesMax: bytesMax, allowance: allowance) else {
      return .refused(counted(.tooLarge(bytesMax)))
    }
    return .begun(ArrivingWrite(route: self, headers: headers, body: body))
  }

  fileprivate func counted(_ answer: WriteAnswer) -> WriteAnswer {
    counts.count(answer.status)
    return answer
  }

  fileprivate static var overBudget: WriteAnswer {
    .refusal(
      429, "Too many requests are being read at once; send it again in a moment.",
      retryAfterSeconds: overBudgetRetryAfterSeconds)
  }
}

/// A write request while its body arrives. It holds bytes of the route's allowance for as long as it is held itself.
public struct ArrivingWrite<Store: WriteStore>: Sendable {
  public let route: WriteRoute<Store>
  fileprivate let headers: WriteHeaders
  fileprivate var body: ArrivingBody

  private var bytesMax: Int { route.intake.reader.limits.bodyBytesMax }

  /// Takes the next part of the body.
  ///
  /// - Returns: the answer, where the rest is not asked for any more.
  public mutating func add(_ part: Span<UInt8>) -> WriteAnswer? {
    switch body.add(part) {
    case nil: nil
    case .tooLarge: route.counted(.tooLarge(bytesMax))
    case .overBudget: route.counted(WriteRoute<Store>.overBudget)
    }
  }

  /// The answer to the whole request. To be asked for where one may wait for as long as the store does.
  public func answer() -> WriteAnswer {
    // What the body says of itself is at most the bound when it is read further, or nothing is allocated for it.
    let declared = min(Snappy.declaredLength(body.bytes[...]) ?? 0, bytesMax)
    guard body.held.take(declared) else { return route.counted(WriteRoute<Store>.overBudget) }
    let answer = route.intake.answer(body.bytes, headers)
    body.held.end()
    return route.counted(answer)
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
