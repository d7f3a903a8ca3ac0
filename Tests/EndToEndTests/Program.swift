import Foundation
import Synchronization

/// A program that a test has started, known by its process id until it has ended.
///
/// What it writes goes to one file, which is what a test reads as its log.
final class Program: Sendable {
  enum Exit: Equatable, CustomStringConvertible {
    case code(Int32), signal(Int32)

    var description: String {
      switch self {
      case .code(let code): "exit \(code)"
      case .signal(let number): "signal \(number)"
      }
    }
  }

  let name: String
  let pid: pid_t
  private let logPath: String
  private let ended = Mutex<Exit?>(nil)

  init(_ name: String, _ executable: String, _ arguments: [String], logPath: String) throws {
    self.name = name
    self.logPath = logPath
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The program must not begin with signals ignored or blocked that this process ignores or blocks.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = ([executable] + arguments).map { strdup($0) }
    defer { for argument in argv { free(argument) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, executable, &actions, &attributes, argv + [nil], environ)
    guard failure == 0 else { throw EndToEndError("cannot start \(executable): \(String(cString: strerror(failure)))") }
    self.pid = pid
  }

  /// How it ended, or nil while it runs.
  var exit: Exit? {
    ended.withLock { ended in
      if let ended { return ended }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      ended = status & 0x7f == 0 ? .code(status >> 8 & 0xff) : .signal(status & 0x7f)
      return ended
    }
  }

  /// Sends a signal, unless the program has ended: its id could be another's by then.
  func send(_ signal: Int32) {
    if exit == nil { kill(pid, signal) }
  }

  func waitForExit(within limit: Duration) async throws -> Exit {
    try await eventually("\(name) ends", within: limit) { self.exit != nil }
    return exit ?? .code(0)
  }

  /// Ends it at once and for certain.
  func end() {
    ended.withLock { ended in
      guard ended == nil else { return }
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      ended = .signal(SIGKILL)
    }
  }

  // MARK: - What it wrote

  var log: String {
    let data = try? Data(contentsOf: URL(fileURLWithPath: logPath))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// The lines of the log that hold all of `parts`.
  func lines(with parts: String...) -> [String] {
    log.split(separator: "\n").map(String.init).filter { line in parts.allSatisfy { line.contains($0) } }
  }

  // MARK: - What it costs

  /// CPU time so far, user and system, in seconds.
  var cpuSeconds: Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    // The name in parentheses may hold spaces; the fields after it are counted from its end.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The most memory that it ever had, in MiB; 0 after its end.
  var peakMebibytes: Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kibibytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
    return (kibibytes ?? 0) / 1024
  }
}
