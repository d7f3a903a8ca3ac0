import DurableLog
import SampleLog

/// What a shard does that has no samples to send.
extension Shard {
  /// Gives the memory for samples back once there have been none for a while: of many shards most may have nothing to
  /// do for long.
  ///
  /// - Returns: when to look again.
  func rest() -> ContinuousClock.Instant {
    let now = alarm.now()
    if assembler.isEmpty, let lastTaken, lastTaken + Self.restAfter <= now {
      self.lastTaken = nil
      reader.giveBack()
      sender.giveBack()
      decoded = DecodedRecord()
      let escapes = assembler.escapes
      assembler = RequestAssembler()
      assembler.escapes = escapes
    }
    return now + Self.idleWait
  }

  /// Longer than the usual time between two scrapes of a target.
  private static let restAfter: Duration = .seconds(90)

  /// Moves the mark over records of other lanes when nothing of this shard's own is waiting. Not at every record: it
  /// only keeps the log from holding segments for a shard that has nothing to do.
  func advanceIdle() {
    let position = reader.position
    if position.segment == settledTo.segment && position.offset < settledTo.offset + Self.idleStepBytes { return }
    settledTo = position
    endpoint.settle(shard: index, of: course, through: ShardMark(position: position), SettledCounts())
  }

  private static let idleStepBytes: UInt64 = 1 << 20
  /// A shard is not woken for the lanes of others, whose records its mark has to move over all the same.
  static let idleWait: Duration = .seconds(30)
}
