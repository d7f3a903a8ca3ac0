import NIOCore
import NIOHTTP1
import NIOPosix
public import RemoteWriteProtocol
import Synchronization

/// What is pushed where, and how fast.
public struct PushSettings: Sendable {
  public var host: String
  public var port: Int
  public var path = "/api/v1/write"
  public var version = WriteMessageVersion.v2
  public var series = 100_000
  /// Samples a second, over all connections.
  public var rate = 150_000.0
  public var samplesPerRequest = 2000
  public var connections = 4

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// What became of what was pushed.
public struct PushCounts: Codable, Hashable, Sendable {
  /// Samples that were taken: answered with 2xx.
  public var samples = 0
  public var requests = 0
  public var bytes = 0
  /// Requests that were put off with 429 or 5xx, or got no answer; they were sent again.
  public var putOff = 0
  /// Requests that were refused for good.
  public var refused = 0
  /// Requests that were left out, because the receiver took longer than the rate allows.
  public var skipped = 0
}

/// Pushes series at a steady rate over several connections, each with series of its own and one request under way, as
/// a sender has it whose samples stay in order.
///
/// Its requests are prebuilt (``PushRequest``). A receiver that is too slow for the rate sees what any sender does:
/// each connection waits for its answer; what cannot be sent in time is left out and counted.
public final class Pusher: Sendable {
  /// How late a connection may be before it leaves requests out.
  private static let latenessMax = Duration.seconds(2)
  private static let pauseBeforeRepeating = Duration.milliseconds(100)

  private let settings: PushSettings
  private let counts = Mutex(PushCounts())
  private let roundTrips = Mutex(Spread())

  public init(_ settings: PushSettings) { self.settings = settings }

  public var pushed: PushCounts { counts.withLock { $0 } }
  /// From the beginning of a request to its answer, in microseconds.
  public var roundTripsMicroseconds: Spread { roundTrips.withLock { $0 } }

  /// Pushes until `limit` has passed, or until the task is cancelled.
  public func run(for limit: Duration?) async {
    let requests = prebuilt()
    let connections = max(1, min(settings.connections, requests.count))
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let start = ContinuousClock.now
    let end = limit.map { start + $0 }
    await withTaskGroup(of: Void.self) { tasks in
      for connection in 0..<connections {
        let mine = requests.indices.filter { $0 % connections == connection }
        let course = PushCourse(
          requests: mine.map { requests[$0] }, places: mine, requestsOfAll: requests.count, start: start, end: end)
        tasks.addTask { await self.run(course, group) }
      }
    }
    try? await group.shutdownGracefully()
  }

  private func prebuilt() -> [PushRequest] {
    let seriesPerTarget = 1000
    var all: [PushRequest] = []
    var waiting: [(target: Int, series: PageSeries)] = []
    var left = settings.series
    var target = 0
    while left > 0 || !waiting.isEmpty {
      if left > 0 {
        waiting += PageMix.series(target: target, count: min(left, seriesPerTarget)).map { (target, $0) }
        left -= min(left, seriesPerTarget)
        target += 1
      }
      while waiting.count >= settings.samplesPerRequest || (left == 0 && !waiting.isEmpty) {
        let count = min(waiting.count, max(1, settings.samplesPerRequest))
        all.append(PushRequest(waiting.prefix(count), settings.version))
        waiting.removeFirst(count)
      }
    }
    return all
  }

  private func run(_ course: PushCourse, _ group: MultiThreadedEventLoopGroup) async {
    var course = course
    let client = LoopbackClient(group, host: settings.host, port: settings.port)
    let secondsPerRound = Double(settings.series) / max(1, settings.rate)
    var body: [UInt8] = []
    var round = 1
    while !Task.isCancelled {
      for index in course.requests.indices {
        let place = Double(round - 1) + Double(course.places[index]) / Double(course.requestsOfAll)
        let due = course.start + .seconds(place * secondsPerRound)
        if let end = course.end, max(due, .now) >= end { return await client.close() }
        if ContinuousClock.now - due > Self.latenessMax {
          counts.withLock { $0.skipped += 1 }
          continue
        }
        if due > .now { try? await Task.sleep(until: due, tolerance: .milliseconds(1)) }
        if Task.isCancelled { break }
        course.requests[index].write(number: round, timestampMs: WallClock.nowMs, into: &body)
        await send(body, samples: course.requests[index].sampleCount, client, until: course.end)
      }
      round += 1
    }
    await client.close()
  }

  /// Sends one request until it is answered for good.
  private func send(
    _ body: [UInt8], samples: Int, _ client: LoopbackClient, until end: ContinuousClock.Instant?
  ) async {
    let headers: HTTPHeaders = [
      "Content-Type": settings.version.contentType, "Content-Encoding": WriteMessageVersion.contentEncoding,
      "X-Prometheus-Remote-Write-Version": settings.version.versionHeader, "User-Agent": "godwit-bench",
    ]
    while !Task.isCancelled {
      let began = ContinuousClock.now
      let answer = try? await client.post(settings.path, headers, body)
      let status = answer?.status ?? 0
      if (200..<300).contains(status) {
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        roundTrips.withLock { $0.add(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) }
        return counts.withLock { counts in
          counts.samples += samples
          counts.requests += 1
          counts.bytes += body.count
        }
      }
      guard status == 0 || status == 429 || status >= 500 else { return counts.withLock { $0.refused += 1 } }
      counts.withLock { $0.putOff += 1 }
      let pause = answer?.retryAfterSeconds.map { Duration.seconds($0) } ?? Self.pauseBeforeRepeating
      if let end, ContinuousClock.now + pause >= end { return }
      try? await Task.sleep(for: pause)
    }
  }
}

/// The requests of one connection, and their places among those of all.
private struct PushCourse: Sendable {
  var requests: [PushRequest]
  var places: [Int]
  var requestsOfAll: Int
  var start: ContinuousClock.Instant
  var end: ContinuousClock.Instant?
}
