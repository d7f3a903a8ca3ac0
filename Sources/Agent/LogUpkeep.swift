import DurableLog
import Foundation
import Logging

/// Keeps the log in its bounds and on the disk: syncs at intervals, removes what everybody has, lets expire what is
/// beyond the operator's bounds.
struct LogUpkeep: Sendable {
  private static let interval: Duration = .seconds(1)

  let log: DurableLog
  let endpoints: EndpointSet
  let retention: Retention
  let logger: Logger

  /// Runs until the task is cancelled.
  func run() async {
    await withTaskGroup { group in
      group.addTask {
        await log.syncRegularly { error in
          logger.error(
            "The disk did not confirm what was written; a power cut now could cost more than the sync interval",
            metadata: ["cause": "\(error)"])
        }
      }
      group.addTask {
        var reported: SegmentNumber = 0
        while (try? await Task.sleep(for: Self.interval)) != nil { tidy(&reported) }
      }
    }
  }

  private func tidy(_ reported: inout SegmentNumber) {
    let decision = retention.decide(
      log.segments(), lowWater: endpoints.lowWater, nowMs: Int64(Date().timeIntervalSince1970 * 1000))
    if let floor = decision.expireBefore {
      endpoints.expire(before: LogPosition(segment: floor, offset: 0))
      if floor > reported {
        reported = floor
        logger.error(
          "The log has reached its bounds; the oldest samples expire unsent",
          metadata: [
            "before_segment": "\(floor)", "bytes_max": "\(retention.bytesMax)", "age_max": "\(retention.ageMax)",
          ])
      }
    }
    do {
      try log.remove(before: LogPosition(segment: decision.removeBefore, offset: 0))
    } catch {
      logger.error("A segment of the log could not be removed", metadata: ["cause": "\(error)"])
    }
  }
}
