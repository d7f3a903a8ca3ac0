import Intake
import Telemetry

extension WriteRoute<PushStore> {
  /// The agent's own, with what the command line says of it.
  init(to store: PushStore, _ options: AgentOptions, telemetry: MetricsRegistry) {
    var limits = IntakeLimits()
    limits.acceptedVersions = options.acceptedMessages
    self.init(
      intake: WriteIntake(limits: limits, store: store),
      allowance: BodyAllowance(bytesMax: PushBounds().bodyBytesMax), telemetry: telemetry)
  }
}
