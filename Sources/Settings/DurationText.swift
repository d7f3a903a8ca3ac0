/// Durations as Prometheus writes them: whole numbers with the units y, w, d, h, m, s, ms, each at most once, largest
/// first; `0` needs no unit. A day has 24 hours, a week 7 days, a year 365.
///
///     try DurationText.parse("1m30s")                // .seconds(90)
///     DurationText.format(.milliseconds(250))        // "250ms"
public enum DurationText {
  /// Why a text is not a duration.
  public enum Problem: Error, Hashable, Sendable {
    case empty
    /// A number or a unit is missing, or a unit comes twice or after a smaller one.
    case malformed
    case unknownUnit(String)
    /// More than about 292 years: what the reference can count in nanoseconds.
    case outOfRange
  }

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ("ms", 1),
  ]

  /// What a signed 64-bit count of nanoseconds can hold.
  private static let millisecondsMax = Int64.max / 1_000_000

  /// - Complexity: O(bytes of the text).
  public static func parse(_ text: String) throws(Problem) -> Duration {
    if text == "0" { return .zero }
    if text.isEmpty { throw .empty }
    var rest = text.utf8[...]
    var total: Int64 = 0
    var unitIndex = -1
    while !rest.isEmpty {
      let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0 < 0x30 || $0 > 0x39 }
      rest = rest.dropFirst(letters.count)
      guard !digits.isEmpty, !letters.isEmpty else { throw .malformed }
      guard let index = units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }) else {
        throw .unknownUnit(String(decoding: letters, as: UTF8.self))
      }
      guard index > unitIndex else { throw .malformed }
      unitIndex = index
      guard let number = Int64(Substring(digits)) else { throw .outOfRange }
      let (product, overflows) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      // Both are at most Int64.max / 10⁶ when the check passes, so the sum cannot overflow.
      guard !overflows, product <= millisecondsMax, total + product <= millisecondsMax else { throw .outOfRange }
      total += product
    }
    return .milliseconds(total)
  }

  /// The text that ``parse(_:)`` reads back, down to the millisecond. Years and weeks appear only when nothing is left
  /// over: `90d` is easier to read than `12w6d`.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000)
    var milliseconds = isTooLong ? millisecondsMax : product + attoseconds / 1_000_000_000_000_000
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
