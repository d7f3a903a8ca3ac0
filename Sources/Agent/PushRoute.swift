import Intake
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
