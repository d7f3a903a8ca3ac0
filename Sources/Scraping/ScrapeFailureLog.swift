import Foundation
import Synchronization

/// The file of `scrape_failure_log_file`: one JSON object a line for each scrape that failed, in the reference's
/// fields: `time`, `level`, `msg`, `job_name`, `target`.
///
/// Noting a failure never waits for the disk: lines gather in memory, up to ``pendingBytesMax``, while a task writes
/// what gathered before. Lines beyond that are left out, and their number is written with the next one. The file is
/// opened for appending each time, so it may be moved away at any moment.
public final class ScrapeFailureLog: Sendable {
  /// What waits for a disk that does not answer.
  public static let pendingBytesMax = 1 << 20

  private struct State {
    var pending: [UInt8] = []
    var leftOut = 0
    var writer: Task<Void, Never>?
  }

  private let path: String
  private let threads: (any TaskExecutor)?
  /// Told what went wrong with the file.
  private let complain: @Sendable (String) -> Void
  private let state = Mutex(State())

  public init(
    path: String, threads: (any TaskExecutor)? = nil, complain: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.path = path
    self.threads = threads
    self.complain = complain
  }

  /// Notes a failed scrape.
  ///
  /// - Parameter timeMs: milliseconds since the Unix epoch.
  public func note(_ message: String, job: String, target: String, atMs timeMs: Int64) {
    let line = Self.line(message, job: job, target: target, atMs: timeMs)
    state.withLock { state in
      guard state.pending.count + line.count <= Self.pendingBytesMax else {
        state.leftOut += 1
        return
      }
      if state.leftOut > 0 {
        state.pending += Self.line(
          "\(state.leftOut) failures were left out because the disk was slow", job: job, target: target, atMs: timeMs)
        state.leftOut = 0
      }
      state.pending += line
      if state.writer == nil { state.writer = Task(executorPreference: threads) { self.writeAll() } }
    }
  }

  /// Returns once everything noted so far is in the file, or could not be written.
  public func flush() async {
    while let writer = state.withLock({ $0.writer }) { await writer.value }
  }

  private func writeAll() {
    while true {
      let bytes = state.withLock { state -> [UInt8] in
        let bytes = state.pending
        state.pending = []
        if bytes.isEmpty { state.writer = nil }
        return bytes
      }
      if bytes.isEmpty { return }
      if let fault = append(bytes) { complain(fault) }
    }
  }

  private func append(_ bytes: [UInt8]) -> String? {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return "\(path) cannot be opened: \(String(cString: strerror(errno)))" }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      // The buffer lives for the call, and the rest begins within it.
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return "\(path) cannot be written: \(String(cString: strerror(errno)))" }
      written += count
    }
    return nil
  }

  // MARK: - Lines

  private struct Line: Encodable {
    var time: String
    var level = "ERROR"
    var msg: String
    var job_name: String
    var target: String
  }

  static func line(_ message: String, job: String, target: String, atMs timeMs: Int64) -> [UInt8] {
    // Formatting cuts, and most milliseconds are no float: a tenth more keeps them.
    let time = Date(timeIntervalSince1970: (Double(timeMs) + 0.1) / 1_000)
    let line = Line(
      time: time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), msg: message,
      job_name: job, target: target)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings alone always encode.
    return Array((try? encoder.encode(line)) ?? Data()) + [UInt8(ascii: "\n")]
  }
}
