/// Durations as Prometheus writes them: whole numbers with the units y, w, d, h, m, s, ms, each at most once, largest
/// first; `0` needs no unit. A day has 24 hours, a week 7 days, a year 365.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ("ms", 1),
  ]

  /// What a signed 64-bit count of nanoseconds can hold, about 292 years: the reference's bound.
  private static let millisecondsMax = Int64.max / 1_000_000

  static func parse(_ text: String) -> Result<Duration, TextProblem> {
    if text == "0" { return .success(.zero) }
    guard !text.isEmpty else { return .failure(TextProblem("empty duration string")) }
    let notValid = TextProblem("not a valid duration string: \"\(text)\"", suggestion: suggestion(for: text))
    var rest = text.utf8[...]
    var total: Int64 = 0
    var unitIndex = -1
    while !rest.isEmpty {
      let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0 < 0x30 || $0 > 0x39 }
      rest = rest.dropFirst(letters.count)
      guard !digits.isEmpty, !letters.isEmpty else { return .failure(notValid) }
      guard let index = units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }) else {
        let unit = String(decoding: letters, as: UTF8.self)
        return .failure(
          TextProblem("unknown unit \"\(unit)\" in duration \"\(text)\"", suggestion: notValid.suggestion))
      }
      guard index > unitIndex else { return .failure(notValid) }
      unitIndex = index
      guard let number = Int64(Substring(digits)) else { return .failure(TextProblem("duration out of range")) }
      let (product, overflows) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      // Both are at most Int64.max / 10⁶ when the check passes, so the sum cannot overflow.
      guard !overflows, product <= millisecondsMax, total + product <= millisecondsMax else {
        return .failure(TextProblem("duration out of range"))
      }
      total += product
    }
    return .success(.milliseconds(total))
  }

  private static func suggestion(for text: String) -> String? {
    if Int(text) != nil { return "add a unit: \(text)s" }
    if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds > 0, seconds < 1e6 {
      return "fractions are not allowed: \(Int64(seconds * 1_000))ms"
    }
    return nil
  }
}
