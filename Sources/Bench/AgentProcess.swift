import Foundation

/// An agent under measurement. What it writes goes to a file.
final class AgentProcess {
  /// How long it may take to end by itself.
  private static let patience = Duration.seconds(15)

  private let process = Process()
  let usage: ProcessUsage

  init(_ executable: String, _ arguments: [String], log: URL) throws {
    try Data().write(to: log)
    let output = try FileHandle(forWritingTo: log)
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    usage = ProcessUsage(pid: process.processIdentifier)
  }

  var isRunning: Bool { process.isRunning }

  /// Asks it to end, and makes it end if it does not in time. Not to be interrupted by cancellation.
  func end() async {
    if process.isRunning { process.terminate() }
    let limit = ContinuousClock.now + Self.patience
    while process.isRunning && ContinuousClock.now < limit {
      // In a task of its own, so that a cancelled run waits too.
      await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
