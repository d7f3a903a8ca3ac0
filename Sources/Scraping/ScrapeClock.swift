import Foundation

/// Time as scraping sees it; tests bring their own.
public struct ScrapeClock: Sendable {
  /// Milliseconds since the Unix epoch.
  public var nowMs: @Sendable () -> Int64
  /// Returns at the given time, or throws when the task is cancelled.
  public var sleep: @Sendable (_ untilMs: Int64) async throws -> Void

  public init(
    nowMs: @escaping @Sendable () -> Int64, sleep: @escaping @Sendable (_ untilMs: Int64) async throws -> Void
  ) {
    self.nowMs = nowMs
    self.sleep = sleep
  }

  public static let system = ScrapeClock(
    nowMs: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
    sleep: { untilMs in
      let now = Date().timeIntervalSince1970 * 1000
      try await Task.sleep(for: .milliseconds(max(0, Int64((Double(untilMs) - now).rounded(.up)))))
    })
}
