import Foundation

/// What a process of this machine has cost so far.
struct ProcessUsage: Sendable {
  let pid: Int32

  /// CPU time, user and system, of all threads that it has and had, in seconds; 0 if there is no such process.
  ///
  /// From the kernel's clock of the process, which counts nanoseconds where `/proc/<pid>/stat` counts hundredths.
  var cpuSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Memory in use now, in MiB.
  var residentMebibytes: Double { Self.mebibytes("VmRSS:", in: status) }

  /// The most memory that it ever had, in MiB.
  var peakMebibytes: Double { Self.mebibytes("VmHWM:", in: status) }

  private var status: String { (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? "" }

  /// The number of a line such as `VmRSS:     12345 kB`; 0 if there is none.
  static func mebibytes(_ name: String, in status: String) -> Double {
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    let kibibytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Double($0) }
    return (kibibytes ?? 0) / 1024
  }
}
