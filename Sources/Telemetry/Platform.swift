#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The few questions that Telemetry asks the operating system, behind faces without pointers.
enum Platform {
  /// All bytes of a small file such as those in `/proc`; nil when it cannot be read. At most 1 MiB is read.
  static func contents(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    let bytesMax = 1 << 20
    while bytes.count < bytesMax {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { break }
      bytes.append(contentsOf: chunk.prefix(count))
    }
    return bytes
  }

  /// How many names a directory holds, without `.` and `..`; nil when it cannot be read.
  static func entryCount(of path: String) -> Int? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count - 2
  }

  /// The soft limit on open file descriptors; nil when it is unknown.
  static var openFilesMax: UInt64? {
    var limit = rlimit()
    #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    let resource = RLIMIT_NOFILE
    #endif
    return getrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
  }

  static var pageBytes: Int { max(1, Int(sysconf(Int32(_SC_PAGESIZE)))) }
  static var clockTicksPerSecond: Int { max(1, Int(sysconf(Int32(_SC_CLK_TCK)))) }

  /// User and system time of this process, in seconds, to the microsecond.
  static var cpuSeconds: Double {
    var usage = rusage()
    #if canImport(Glibc)
    let subject = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
    let subject = RUSAGE_SELF
    #endif
    guard getrusage(subject, &usage) == 0 else { return 0 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Wall clock, as time since the Unix epoch.
  static var now: Duration {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return .zero }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Writes all of `bytes` to standard error, in one `write(2)` unless the kernel takes less at once.
  ///
  /// What cannot be written is lost: a log that blocks or kills the program would be worse than a missing line.
  static func writeToStandardError(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
