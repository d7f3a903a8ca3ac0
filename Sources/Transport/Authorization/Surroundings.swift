import Foundation

/// What finding credentials and proxies takes from the process, so that a test can say otherwise.
struct Surroundings: Sendable {
  /// Seconds since 1970. Expiry is told in the world's time, so the world's clock decides it.
  var now: @Sendable () -> Int64
  /// The value of an environment variable, nil when there is none or it is empty.
  var variable: @Sendable (String) -> String?

  static let process = Surroundings(
    now: { Int64(Date().timeIntervalSince1970) },
    variable: { name in
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
      return value
    })
}
