import Delivery
import DurableLog
import EventLoops
import Foundation
import Scraping

/// Fits the threads of event loops to what scraping and delivery ask for.
extension ScrapeClock {
  /// Time of this machine; who sleeps is woken by the thread it runs on.
  static let ofLoopThreads = ScrapeClock(
    nowMs: SystemDisk.nowMs,
    sleep: { untilMs in
      // Finer than milliseconds, so that who waits for the same one is woken together.
      let nowMs = Date().timeIntervalSince1970 * 1000
      try await LoopThread.sleep(for: .milliseconds(max(0, Double(untilMs) - nowMs)))
    })
}

extension DeliveryThreads {
  init(loops: LoopThreads, disk: any TaskExecutor) {
    self.init(
      shard: { loops[$0] }, disk: disk,
      alarm: { index in
        let thread = loops[index]
        return Alarm { time, tolerance, ring in
          let alarm = thread.setAlarm(at: .now + (time - .now), tolerance: tolerance, ring)
          return { thread.callOffAlarm(alarm) }
        }
      })
  }
}
