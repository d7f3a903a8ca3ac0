import Delivery
import MetricModel
import RemoteWriteProtocol
import Synchronization
import Testing

/// An endpoint in memory: reads each request, answers by script, remembers what it took.
final class ScriptedCourier: Sendable {
  /// One sample as the endpoint saw it.
  struct Arrival: Hashable, Sendable {
    var series: String
    var value: Double
    var timestampMs: Int64
  }

  struct Post: Sendable {
    /// Counted from 0 over the life of the courier.
    var number: Int
    var version: WriteMessageVersion
    var earlierAttempts: Int
    var arrivals: [Arrival]
    /// The labels of each series, as text.
    var labels: [String]
    /// The times of the samples of each series, floats before histograms.
    var timestampsMs: [[Int64]]
    var decoded: DecodedWriteRequest
    var headers: [String: String]
    /// As posted.
    var body: [UInt8]
    var at: ContinuousClock.Instant
  }

  enum Answer: Sendable {
    case accept
    case status(Int, retryAfter: String? = nil)
    /// A status, with headers saying that so much was written; without a header where it is nil. What was accepted
    /// is for the test to say.
    case written(status: Int, samples: Int?, histograms: Int? = nil)
    /// A status and a body; what was accepted is for the test to say. With 2xx all counts as written.
    case said(Int, String)
    case unreachable
  }

  struct Record: Sendable {
    var posts: [Post] = []
    /// In the order of acceptance.
    var accepted: [Arrival] = []
    var refused: [Arrival] = []
  }

  private struct State {
    var record = Record()
    var waiters: [(condition: @Sendable (Record) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let script: @Sendable (Post) async -> Answer

  init(_ script: @escaping @Sendable (Post) async -> Answer = { _ in .accept }) { self.script = script }

  var record: Record { state.withLock { $0.record } }

  var courier: Courier { { request in await self.answer(request) } }

  /// Returns once what happened satisfies `condition`.
  func wait(until condition: @escaping @Sendable (Record) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if condition(state.record) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  private func answer(_ request: OutgoingRequest) async -> CourierAnswer {
    var body: [UInt8] = []
    let decoded: DecodedWriteRequest
    do {
      try Snappy.decompress(request.body[...], into: &body, maximum: 1 << 26)
      decoded = try DecodedWriteRequest(decoding: body, version: request.version)
    } catch {
      Issue.record("a request cannot be read: \(error)")
      return .unreachable("unreadable")
    }
    let post = change { record in
      let post = Post(
        number: record.posts.count, version: request.version, earlierAttempts: request.earlierAttempts,
        arrivals: Self.arrivals(decoded), labels: decoded.series.map { "\($0.labels.labelSet)" },
        timestampsMs: decoded.series.map { $0.samples.map(\.timestampMs) + $0.histograms.map(\.timestampMs) },
        decoded: decoded,
        headers: Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) }), body: request.body,
        at: .now)
      record.posts.append(post)
      return post
    }
    switch await script(post) {
    case .accept:
      change { $0.accepted += post.arrivals }
      return response(204, written: decoded)
    case .status(let status, let retryAfter):
      let isFinal = status < 500 && ![413, 415, 429].contains(status)
      if isFinal { change { $0.refused += post.arrivals } }
      return response(status, retryAfter: retryAfter)
    case .written(let status, let samples, let histograms):
      return .answered(
        WriteResponse(status: status, receivedAtSeconds: 0) { name in
          switch name {
          case HeaderName.samplesWritten: samples.map(String.init)
          case HeaderName.histogramsWritten: histograms.map(String.init)
          default: nil
          }
        })
    case .said(let status, let text):
      guard case .answered(var said) = response(status, written: status < 300 ? decoded : nil) else {
        return .unreachable("")
      }
      said.bodyPrefix = Array(text.utf8)[...]
      return .answered(said)
    case .unreachable: return .unreachable("by script")
    }
  }

  private func response(
    _ status: Int, retryAfter: String? = nil, written: DecodedWriteRequest? = nil
  ) -> CourierAnswer {
    .answered(
      WriteResponse(status: status, receivedAtSeconds: 0) { name in
        switch name {
        case HeaderName.retryAfter: retryAfter
        case HeaderName.samplesWritten: written.map { "\($0.sampleCount)" }
        case HeaderName.histogramsWritten: written.map { "\($0.histogramCount)" }
        default: nil
        }
      })
  }

  private func change<Result: Sendable>(_ change: (inout Record) -> Result) -> Result {
    let (result, woken) = state.withLock { state in
      let result = change(&state.record)
      let ready = state.waiters.filter { $0.condition(state.record) }.map(\.continuation)
      state.waiters.removeAll { $0.condition(state.record) }
      return (result, ready)
    }
    for continuation in woken { continuation.resume() }
    return result
  }

  private static func arrivals(_ request: DecodedWriteRequest) -> [Arrival] {
    request.series.flatMap { series -> [Arrival] in
      let name = series.labels["n"] ?? "?"
      return series.samples.map { Arrival(series: name, value: $0.value, timestampMs: $0.timestampMs) }
        + series.histograms.map { Arrival(series: name, value: $0.sum, timestampMs: $0.timestampMs) }
    }
  }
}
