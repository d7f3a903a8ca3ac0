import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A line on standard error that says how far a long work has come: on a terminal, and only once it has taken a second.
struct ProgressLine {
  private static let patience: Duration = .seconds(1)
  private static let interval: Duration = .milliseconds(100)

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let started = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  /// - Parameters: bytes done, and to do in all.
  mutating func show(_ done: UInt64, of total: UInt64) {
    let now = ContinuousClock.now
    guard isTerminal, now - started >= Self.patience, lastShown.map({ now - $0 >= Self.interval }) ?? true else {
      return
    }
    lastShown = now
    let percent = total > 0 ? Int(Double(min(done, total)) / Double(total) * 100) : 100
    write("\r\u{1B}[K\(percent) %  \(Figure.bytes(done)) of \(Figure.bytes(total))")
  }

  /// Takes the line away.
  mutating func finish() {
    if lastShown != nil { write("\r\u{1B}[K") }
    lastShown = nil
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
