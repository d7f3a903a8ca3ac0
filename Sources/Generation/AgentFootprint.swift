import Settings

/// What the agent takes at a rate, from what was measured in docs/performance.md.
///
/// At a page every 15 seconds it had 22 MiB with 10,000 series, 32 with 100,000 and 113 with 1,000,000 on 1,000 targets.
/// Planned with are 26 MiB and 140 bytes a series, for labels may be longer and pages come at once. A second of a processor carried 265,000 to 1,350,000 samples; the least of them is planned with.
/// A sample of such pages takes 9.1 bytes in the log (904,500 samples in 8,257,622 bytes).
struct AgentFootprint: Hashable {
  static let baseBytes = 26.0 * 1_048_576
  static let bytesPerSeries = 140.0
  static let samplesPerCPUSecond = 250_000.0
  /// Short pages and series that come and go repeat more of what a record says beside its values.
  static let logBytesPerSample = 16.0
  /// Where nobody says for how long an endpoint may be away.
  static let outageDefault = Duration.seconds(6 * 3_600)
  /// The default size of a segment; a log can be larger than its bound by one.
  static let segmentBytes = 128.0 * 1_048_576

  /// Samples a second.
  var rate: Int
  /// From one page of a target to the next.
  var interval: Duration

  /// Every series has one sample on each page.
  var series: Int { Int(min(1e12, (Double(rate) * Quantity.seconds(interval)).rounded(.up))) }

  /// As it was measured, at its highest.
  var memoryBytes: Double { Self.baseBytes + Double(series) * Self.bytesPerSeries }
  /// Twice that and 64 MiB: series that come and go are held a while, and a backlog is read beside the new samples.
  var memoryBoundBytes: Double { 2 * memoryBytes + 64 * 1_048_576 }
  /// Thousandths of a processor, twice what the rate takes, so that a backlog is sent beside it.
  var milliCPU: Int { max(50, Int(min(1e9, (2_000 * Double(rate) / Self.samplesPerCPUSecond).rounded(.up)))) }

  /// What an outage leaves in the log.
  func logBytes(of outage: Duration) -> Double {
    Double(rate) * Quantity.seconds(outage) * Self.logBytesPerSample
  }

  /// The bound for the log: a quarter more than the outage needs, and never so small that segments become tiny.
  func logBoundBytes(of outage: Duration) -> Double { max(256 * 1_048_576, 1.25 * logBytes(of: outage)) }

  func memoryArithmetic() -> String {
    "26 MiB + 140 bytes × \(Quantity.grouped(series)) series "
      + "(\(Quantity.grouped(rate)) samples/s × \(Quantity.duration(interval))) = \(Quantity.size(memoryBytes)), "
      + "by docs/performance.md"
  }

  func logArithmetic(of outage: Duration) -> String {
    "\(Quantity.grouped(rate)) samples/s × \(Quantity.short(Quantity.seconds(outage))) s × 16 bytes × 1.25 = "
      + Quantity.size(1.25 * logBytes(of: outage))
  }
}
