import Intake
import Listening
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

/// Pushes, gathered and taken on the threads of their connections.
struct PushGathering: GatheringRoute {
  static let paths: Set<String> = ["/api/v1/write", "/api/v1/push"]

  let route: WriteRoute<PushStore>

  func form(path: String, header: (String) -> String?) -> (any GatheringForm)? {
    Self.paths.contains(path) ? PushForm(route: route, headers: WriteHeaders(header)) : nil
  }
}

private struct PushForm: GatheringForm {
  let route: WriteRoute<PushStore>
  let headers: WriteHeaders

  func begin(bodyByteCount: Int) -> GatheringStart {
    switch route.begin(headers, announced: bodyByteCount) {
    case .refused(let answer): .refused(GatheredAnswer(answer))
    case .begun(let write): .begun(ArrivingPush(write: write))
    }
  }
}

private struct ArrivingPush: GatheringRequest {
  var write: ArrivingWrite<PushStore>

  mutating func add(_ part: Span<UInt8>) -> GatheredAnswer? { write.add(part).map(GatheredAnswer.init) }

  func answer() -> GatheredAnswer { GatheredAnswer(write.answer()) }
}

extension GatheredAnswer {
  fileprivate init(_ answer: WriteAnswer) { self.init(status: answer.status, fields: answer.fields, body: answer.text) }
}
