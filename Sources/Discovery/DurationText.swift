/// Durations as a configuration file writes them: `1m30s`, `90d`, `250ms`.
enum DurationText {
  /// In the order they must have in a text.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ("ms", 1),
  ]

  /// nil for what is no duration: an empty text, an unknown or repeated unit, a wrong order, or more than 292 years
  /// (the reference counts nanoseconds in 64 bits).
  static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var rest = Array(text.utf8)[...]
    var total: Int64 = 0
    var nextUnit = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest[digits.endIndex...]
      let name = String(decoding: rest.prefix { !(0x30...0x39).contains($0) }, as: UTF8.self)
      rest = rest.dropFirst(name.utf8.count)
      guard let number = Int64(String(decoding: digits, as: UTF8.self)),
        let unit = units[nextUnit...].firstIndex(where: { $0.name == name })
      else { return nil }
      let (product, isTooLong) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, isSumTooLong) = total.addingReportingOverflow(product)
      guard !isTooLong, !isSumTooLong, sum <= Int64.max / 1_000_000 else { return nil }
      total = sum
      nextUnit = unit + 1
    }
    return .milliseconds(total)
  }

  /// The text that ``parse(_:)`` reads back, down to the millisecond. Years and weeks appear only when nothing is left
  /// over: `90d` is easier to read than `12w6d`.
  static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000)
    var milliseconds = isTooLong ? Int64.max / 1_000_000 : product + attoseconds / 1_000_000_000_000_000
    if milliseconds <= 0 { return "0s" }
    var text = ""
    for (name, size) in units {
      if (name == "y" || name == "w") && milliseconds % size != 0 { continue }
      let count = milliseconds / size
      if count > 0 { text += "\(count)\(name)" }
      milliseconds -= count * size
    }
    return text
  }
}
