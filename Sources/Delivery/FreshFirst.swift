/// Whether new samples go ahead of what waits, for an endpoint that accepts samples out of order. Pure.
///
/// A backlog is left behind once: when the endpoint takes samples again and is still far behind. What is new then has
/// shards of its own, so that the present is seen at once and the past is filled in beside it.
enum FreshFirst {
  /// An endpoint that is less far behind catches up before anybody looks.
  static let behindMin = 30.0

  /// - Parameters:
  ///   - oldestWaitingSeconds: for how long the oldest waiting sample has been waiting.
  ///   - settled: samples that left since the last look; none while the endpoint takes nothing.
  static func leavesBacklog(_ ledger: DeliveryLedger, oldestWaitingSeconds: Double, settled: UInt64) -> Bool {
    ledger.backlog == nil && settled > 0 && oldestWaitingSeconds >= behindMin
  }
}
