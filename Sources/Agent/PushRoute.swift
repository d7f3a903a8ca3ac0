import Intake
import Listening
import NIOCore
import RemoteWriteProtocol
import Telemetry

extension WriteRoute<PushStore> {
  /// The agent's own, with what the command line says of it.
  ///
  /// - Parameter threads: where the log is written, so that a disk that hangs stops no other request.
  init(
    to store: PushStore, _ options: AgentOptions, threads: any TaskExecutor, telemetry: MetricsRegistry
  ) {
    var limits = IntakeLimits()
    limits.acceptedVersions = options.acceptedMessages
    self.init(
      intake: WriteIntake(limits: limits, store: store),
      allowance: BodyAllowance(bytesMax: PushBounds().bodyBytesMax), threads: threads, telemetry: telemetry)
  }
}

/// Pushes, gathered on the threads of their connections.
struct PushGathering: GatheringRoute {
  static let paths: Set<String> = ["/api/v1/write", "/api/v1/push"]

  let route: WriteRoute<PushStore>

  func begin(path: String, method: String, header: (String) -> String?) -> GatheringStart? {
    guard method == "POST", Self.paths.contains(path) else { return nil }
    switch route.begin(WriteHeaders(header), announced: header("content-length")) {
    case .refused(let answer): return .refused(GatheredAnswer(answer))
    case .begun(let write): return .begun(ArrivingPush(write: write))
    }
  }
}

private struct ArrivingPush: GatheringRequest {
  var write: ArrivingWrite<PushStore>

  var threads: any TaskExecutor { write.route.threads }

  mutating func add(_ part: ByteBuffer) -> GatheredAnswer? { write.add(part).map(GatheredAnswer.init) }

  func answer() async -> GatheredAnswer { GatheredAnswer(await write.answer()) }
}

extension GatheredAnswer {
  fileprivate init(_ answer: WriteAnswer) { self.init(status: answer.status, fields: answer.fields, body: answer.text) }
}
