import Testing

@testable import Telemetry

@Suite("Process metrics")
struct ProcessMetricsTests {
  @Test("Memory is read from the status file, and lines that are not numbers are passed over")
  func statusFile() {
    let file = "Name:\tx (y)\nVmPeak:\t  99 kB\nVmSize:\t  30 kB\nVmHWM:\t  20 kB\nVmRSS:\t 10 kB\nVmSwap:\tnone kB\n"
    let status = ProcessStatus(file: Array(file.utf8))
    #expect(status.residentBytes == 10_240)
    #expect(status.peakResidentBytes == 20_480)
    #expect(status.virtualBytes == 30_720)
  }

  @Test("The start time is found behind a program name with brackets and spaces")
  func startTicks() {
    let stat = "42 (a) b (c)) S " + (4...21).map(String.init).joined(separator: " ") + " 777 23 24\n"
    #expect(ProcessStatus.startTicks(stat: Array(stat.utf8)) == 777)
    #expect(ProcessStatus.startTicks(stat: Array("42 (a) S 1".utf8)) == nil)
    #expect(ProcessStatus.bootSeconds(stat: Array("cpu 1 2\nbtime 1700000000\n".utf8)) == 1_700_000_000)
  }

  #if os(Linux)
  @Test(
    "This process shows all six metrics, with values that can be",
    arguments: [
      "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
      "process_open_fds", "process_max_fds", "process_start_time_seconds",
    ])
  func live(name: String) throws {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry)
    #expect(try #require(registry.value(of: name)) > 0)
  }

  @Test("The peak is at least what is resident")
  func usage() {
    let usage = ProcessUsage.current
    #expect(usage.residentBytes > 1 << 20)
    #expect(usage.peakResidentBytes >= usage.residentBytes / 2)
    #expect(usage.cpuSeconds > 0)
  }
  #endif
}
