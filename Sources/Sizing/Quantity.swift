/// A number with its unit, for people and for machines.
///
///     Quantity(0.35, .seconds).text              // "350 ms"
///     Quantity(50_000, .samplesPerSecond).text   // "50,000 samples/s"
public struct Quantity: Hashable, Sendable {
  /// What the number counts. The raw value is the word in JSON.
  public enum Unit: String, Sendable, CaseIterable {
    case count, shards, samples, requests, seconds, bytes, share, cores
    case samplesPerSecond = "samples/s"
    case requestsPerSecond = "requests/s"
    case bytesPerSecond = "bytes/s"
    case bytesPerSample = "bytes/sample"
    case secondsPerSample = "s/sample"
  }

  public var value: Double
  public var unit: Unit

  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }

  public init(_ value: Int, _ unit: Unit) { self.init(Double(value), unit) }

  /// With the unit, in the size that people read.
  public var text: String {
    switch unit {
    case .count: Self.number(value)
    case .seconds: Self.duration(value)
    case .bytes: Self.size(value)
    case .bytesPerSecond: Self.size(value) + "/s"
    case .share: Self.number(value * 100) + " %"
    case .secondsPerSample: Self.number(value * 1e6) + " µs/sample"
    case .shards where value == 1: "1 shard"
    case .cores where value == 1: "1 core"
    default: "\(Self.number(value)) \(unit.rawValue)"
    }
  }

  /// Whole from a hundred on, with three significant digits below; thousands are grouped.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "?" }
    let magnitude = abs(value)
    if magnitude == 0 { return "0" }
    if magnitude < 0.001 { return "\(value < 0 ? "-" : "")<0.001" }
    var (scaled, decimals) = (magnitude, 0)
    while scaled < 100 && decimals < 5 { (scaled, decimals) = (scaled * 10, decimals + 1) }
    var digits = String(Int64(scaled.rounded()))
    while digits.count <= decimals { digits = "0" + digits }
    var fraction = String(digits.suffix(decimals))
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = grouped(String(digits.dropLast(decimals)))
    return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func grouped(_ digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func duration(_ seconds: Double) -> String {
    switch abs(seconds) {
    case 0: "0 s"
    case ..<1: number(seconds * 1000) + " ms"
    case ..<120: number(seconds) + " s"
    case ..<7200: number(seconds / 60) + " min"
    default: number(seconds / 3600) + " h"
    }
  }

  private static func size(_ bytes: Double) -> String {
    guard bytes.isFinite, abs(bytes) >= 1024 else { return number(bytes) + " B" }
    var size = bytes
    for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
      size /= 1024
      if abs(size) < 1023.5 || unit == "PiB" { return "\(number(size)) \(unit)" }
    }
    return "?"
  }
}
