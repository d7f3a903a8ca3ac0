import DurableLog
import Synchronization
import Testing

/// A clock that stands still until it is told otherwise.
final class TestClock: Sendable {
  private let now = Mutex<Int64>(1_000)

  var nowMs: Int64 { now.withLock { $0 } }

  func advance(byMs step: Int64) { now.withLock { $0 += step } }
}

/// Expects an error of the log by its code.
func expectLogError<Result>(
  _ code: LogError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) {
  do {
    _ = try body()
    Issue.record("no error, expected \(code)", sourceLocation: sourceLocation)
  } catch let error as LogError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}
