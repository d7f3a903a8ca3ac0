import Foundation
import Synchronization

/// A node exporter of our own on a free loopback port, for as long as this value is kept and ``end()`` is not called.
///
/// It is asked to take any free port and says in its log which one; so no port is guessed.
final class NodeExporter: Sendable {
  /// How long it may take to say where it listens.
  private static let patience = Duration.seconds(5)
  private static let names = ["prometheus-node-exporter", "node_exporter"]

  /// `host:port`
  let address: String
  private let process: Process
  private let errors: Pipe

  private init(address: String, process: Process, errors: Pipe) {
    self.address = address
    self.process = process
    self.errors = errors
  }

  /// Starts one. Nil when none is installed, or when it does not come up.
  static func start() async -> NodeExporter? {
    guard let program = path() else { return nil }
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--web.listen-address=127.0.0.1:0"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    let (addresses, found) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingOldest(1))
    let log = Mutex("")
    // Read to the end even after the address is known: a full pipe would stop the exporter.
    errors.fileHandleForReading.readabilityHandler = { handle in
      let bytes = handle.availableData
      if bytes.isEmpty {
        handle.readabilityHandler = nil
        found.yield(nil)
        return
      }
      log.withLock { log in
        guard log.utf8.count < 1 << 20 else { return }
        log += String(decoding: bytes, as: UTF8.self)
        if let address = Self.address(in: log) { found.yield(address) }
      }
    }
    do { try process.run() } catch { return nil }
    let timer = Task {
      try await Task.sleep(for: patience)
      found.yield(nil)
    }
    var address: String?
    for await first in addresses {
      address = first
      break
    }
    timer.cancel()
    if let address { return NodeExporter(address: address, process: process, errors: errors) }
    if process.isRunning { process.terminate() }
    return nil
  }

  /// Ends it, and returns when it has ended.
  func end() {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    errors.fileHandleForReading.readabilityHandler = nil
  }

  /// The address in the line `msg="Listening on" address=127.0.0.1:41515` of a log; nil until the line is complete.
  static func address(in log: String) -> String? {
    for line in log.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      guard line.contains("Listening on"), let field = line.firstRange(of: "address=") else { continue }
      return String(line[field.upperBound...].prefix { $0 != " " && $0 != "\"" })
    }
    return nil
  }

  /// The program's place, from PATH first; `/usr/bin` is not always in it.
  private static func path() -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let directories = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/local/bin"]
    for directory in directories {
      for name in names where FileManager.default.isExecutableFile(atPath: "\(directory)/\(name)") {
        return "\(directory)/\(name)"
      }
    }
    return nil
  }
}
