import CostBounds
import Foundation

/// Runs `stages` under callgrind, which counts the instructions of the measured rounds and of nothing else.
struct Scale {
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  private static let series = 4_000
  private static let rounds = 3
  private let program: URL
  private let folder: URL

  /// - Throws: when there is no folder for profiles, which stands beside the program `stages`.
  init() throws {
    let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    program = products.appending(path: "stages")
    folder = products.deletingLastPathComponent().deletingLastPathComponent().appending(path: "gates")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Where the profile of a stage is, for `callgrind_annotate`.
  func profile(of stage: String) -> String { folder.appending(path: stage + ".callgrind").path }

  func stages() throws -> [String] {
    try Self.run([program.path, "list"]).output.split(separator: "\n").map(String.init)
  }

  func weigh(_ stage: String) throws -> Cost {
    let words = [
      "valgrind", "--tool=callgrind", "--toggle-collect=measured_round",
      "--callgrind-out-file=" + profile(of: stage), program.path, stage, "--series", "\(Self.series)", "--rounds",
      "\(Self.rounds)", "--plain",
    ]
    let (output, notes) = try Self.run(words)
    let cells = output.split(separator: "\n").last?.split(separator: "\t") ?? []
    guard let collected = notes.firstMatch(of: /Collected : (\d+)/), let total = Double(collected.1), total > 0,
      cells.count > 5, let allocations = Double(cells[5])
    else { throw Fault(description: "\(words.joined(separator: " ")) told no counts:\n\(output)\(notes)") }
    return Cost(instructions: total / Double(Self.series * Self.rounds), allocations: allocations)
  }

  private static let steadying = [
    // Otherwise every process has hashes of its own, and counts that differ by them.
    "SWIFT_DETERMINISTIC_HASHING": "1",
    // Otherwise a long copy is one instruction that is counted once for each byte.
    "GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1099511627776:glibc.cpu.x86_rep_stosb_threshold=1099511627776",
  ]

  private static func run(_ words: [String]) throws -> (output: String, notes: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(steadying) { $1 }
    let (output, notes) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = notes
    try process.run()
    // Both are a few lines, far less than a pipe holds.
    let result = output.fileHandleForReading.readDataToEndOfFile()
    let said = notes.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Fault(
        description: "\(words.joined(separator: " ")) ended with \(process.terminationStatus):\n"
          + String(decoding: said, as: UTF8.self))
    }
    return (String(decoding: result, as: UTF8.self), String(decoding: said, as: UTF8.self))
  }
}
