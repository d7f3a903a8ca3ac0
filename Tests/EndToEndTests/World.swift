import Foundation
import Synchronization
import Testing

struct EndToEndError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// All end-to-end tests, one after the other: each has the machine to itself, so that its deadlines mean something.
@Suite("End to end", .serialized)
struct EndToEnd {}

/// What a test lives in: a folder, the programs it started and the servers it plays. All of it ends with the test.
///
/// With `GODWIT_KEEP=1` the folder stays, with every log and configuration in it.
final class World: Sendable {
  let folder: URL
  private let programs = Mutex<[Program]>([])
  private let sites = Mutex<[Site]>([])

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "godwit-e2e-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The program under test: `GODWIT`, or the package's release build.
  static func godwit() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["GODWIT"] ?? root.appending(path: ".build/release/godwit").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw EndToEndError(
        "There is no program at \(path). Build it with `swift build -c release`, or name another in GODWIT.")
    }
    return path
  }

  /// A program of the system that a test needs beside Godwit.
  static func service(_ name: String) throws -> String {
    for folder in ["/usr/bin", "/usr/local/bin"] {
      let path = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw EndToEndError("There is no \(name) on this machine; `apt-get install \(name)` brings it.")
  }

  /// The Python that has the clients of `Senders/requirements.txt`.
  static func python() throws -> String {
    let path = root.appending(path: ".build/senders/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw EndToEndError("There is no Python at \(path); `scripts/setup e2e` makes it.")
    }
    return path
  }

  /// A script of `Senders`.
  static func sender(_ name: String) -> String {
    root.appending(path: "Tests/EndToEndTests/Senders/\(name).py").path
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func write(_ text: String, to name: String) throws {
    // Atomically, as whoever rewrites a configuration should.
    try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
  }

  func start(_ name: String, _ executable: String, _ arguments: [String]) throws -> Program {
    try programs.withLock { programs in
      // Every life has a log of its own.
      let life = programs.count { $0.name == name } + 1
      let program = try Program(name, executable, arguments, logPath: path("\(name).\(life).log"))
      programs.append(program)
      return program
    }
  }

  /// Serves HTTP with whatever `respond` answers, until the test ends.
  func serve(_ respond: @escaping @Sendable (SiteRequest) -> SiteAnswer) throws -> Site {
    let site = try Site(respond: respond)
    sites.withLock { $0.append(site) }
    return site
  }

  func close() {
    for program in programs.withLock({ $0 }) { program.end() }
    for site in sites.withLock({ $0 }) { site.close() }
    if ProcessInfo.processInfo.environment["GODWIT_KEEP"] == nil {
      try? FileManager.default.removeItem(at: folder)
    }
  }
}

/// Runs a test in a world of its own and ends the world, whatever the test came to.
func withWorld(_ body: (World) async throws -> Void) async throws {
  let world = try World()
  defer { world.close() }
  try await body(world)
}

/// Looks again and again until `condition` holds. An error while looking counts as not yet.
///
/// - Throws: what was waited for, with the last error, when `limit` has passed.
func eventually(
  _ what: String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(50),
  _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  var lastError = ""
  while true {
    do {
      if try await condition() { return }
      lastError = ""
    } catch {
      lastError = " (\(error))"
    }
    if ContinuousClock.now >= end { throw EndToEndError("waited \(limit) in vain until: \(what)\(lastError)") }
    try await Task.sleep(for: pause)
  }
}

/// A port of 127.0.0.1 that was free a moment ago, for programs that cannot choose one themselves.
func freePort() throws -> Int {
  let socket = try ListeningSocket()
  defer { socket.close() }
  return socket.port
}
