/// What the kernel says about this process: the `process_*` metrics that every client library shows.
public enum ProcessMetrics {
  /// Registers the metrics; each is read anew whenever the page is rendered.
  ///
  /// A metric whose source does not exist on this system is left out rather than shown as zero.
  public static func register(in registry: MetricsRegistry) {
    registry.counter(
      "process_cpu_seconds_total", help: "Total user and system CPU time spent in seconds.",
      read: { Platform.cpuSeconds })
    registry.gauge(
      "process_max_fds", help: "Maximum number of open file descriptors.",
      read: { Platform.openFilesMax.map { Double($0) } ?? 0 })
    guard ProcessStatus.current != nil else { return }
    registry.gauge(
      "process_resident_memory_bytes", help: "Resident memory size in bytes.",
      read: { Double(ProcessStatus.current?.residentBytes ?? 0) })
    registry.gauge(
      "process_virtual_memory_bytes", help: "Virtual memory size in bytes.",
      read: { Double(ProcessStatus.current?.virtualBytes ?? 0) })
    // The descriptor that reads the directory is in the directory.
    registry.gauge(
      "process_open_fds", help: "Number of open file descriptors.",
      read: { Double(max(0, (Platform.entryCount(of: "/proc/self/fd") ?? 0) - 1)) })
    guard let startSeconds = ProcessStatus.startSeconds else { return }
    registry.gauge(
      "process_start_time_seconds", help: "Start time of the process since unix epoch in seconds.",
      read: { startSeconds })
  }
}

/// What this process has used so far, for a report.
public struct ProcessUsage: Hashable, Sendable {
  /// User and system time together.
  public var cpuSeconds: Double
  /// Memory in RAM now; 0 where the system does not tell.
  public var residentBytes: Int
  /// The most memory in RAM at any time; 0 where the system does not tell.
  public var peakResidentBytes: Int

  public static var current: ProcessUsage {
    let status = ProcessStatus.current
    return ProcessUsage(
      cpuSeconds: Platform.cpuSeconds, residentBytes: status?.residentBytes ?? 0,
      peakResidentBytes: status?.peakResidentBytes ?? 0)
  }
}

/// The lines of `/proc/self/status` that matter here.
struct ProcessStatus: Hashable {
  var residentBytes = 0
  var peakResidentBytes = 0
  var virtualBytes = 0

  static var current: ProcessStatus? { Platform.contents(of: "/proc/self/status").map(ProcessStatus.init(file:)) }

  // Not ru_maxrss: Linux carries that over from the program that called exec, so a small child of a big parent
  // would report the parent's peak.
  init(file: [UInt8]) {
    for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard fields.count >= 2, let kibibytes = Int(fields[1]) else { continue }
      let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
      if overflow { continue }
      switch fields[0] {
      case "VmRSS:": residentBytes = bytes
      case "VmHWM:": peakResidentBytes = bytes
      case "VmSize:": virtualBytes = bytes
      default: continue
      }
    }
  }

  /// When the process began, in seconds since the Unix epoch.
  static var startSeconds: Double? {
    guard let own = Platform.contents(of: "/proc/self/stat"), let system = Platform.contents(of: "/proc/stat"),
      let ticks = startTicks(stat: own), let bootSeconds = bootSeconds(stat: system)
    else { return nil }
    return bootSeconds + Double(ticks) / Double(Platform.clockTicksPerSecond)
  }

  /// Field 22 of `/proc/self/stat`, clock ticks between boot and start.
  static func startTicks(stat: [UInt8]) -> UInt64? {
    // The program's name, in brackets, may itself hold brackets and spaces; the last bracket ends it.
    guard let bracket = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = String(decoding: stat[(bracket + 1)...], as: UTF8.self).split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }

  /// The line `btime` of `/proc/stat`, seconds since the Unix epoch.
  static func bootSeconds(stat: [UInt8]) -> Double? {
    for line in String(decoding: stat, as: UTF8.self).split(separator: "\n") where line.hasPrefix("btime ") {
      return Double(line.dropFirst(6))
    }
    return nil
  }
}
