/// The header `Retry-After`: seconds, or a date in one of the three forms of RFC 9110, section 5.6.7.
enum RetryAfter {
  /// How long to wait from `nowSeconds` on; nil if the header is missing, unreadable, zero or in the past.
  static func delay(_ header: String?, atSeconds nowSeconds: Int64) -> Duration? {
    guard let text = header?.trimmingSpace, !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // More digits than fit still mean a very long time.
      let seconds = Int64(text) ?? secondsMax
      return seconds > 0 ? .seconds(min(seconds, secondsMax)) : nil
    }
    guard let date = dateSeconds(text, nowSeconds: nowSeconds) else { return nil }
    let (seconds, overflow) = date.subtractingReportingOverflow(nowSeconds)
    return !overflow && seconds > 0 ? .seconds(min(seconds, secondsMax)) : nil
  }

  /// Keeps the arithmetic of durations far from its ends: a century.
  private static let secondsMax: Int64 = 100 * 365 * 86_400

  /// Seconds since the Unix epoch of `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
  /// `Sun Nov  6 08:49:37 1994`.
  static func dateSeconds(_ text: String, nowSeconds: Int64) -> Int64? {
    let parts = text.split { $0 == " " || $0 == "," || $0 == "-" || $0 == ":" }
    let order: (day: Int, month: Int, year: Int, hour: Int)
    switch parts.count {
    case 8 where parts[7] == "GMT": order = (1, 2, 3, 4)
    case 7: order = (2, 1, 6, 3)
    default: return nil
    }
    guard
      let day = number(parts[order.day], 1...31), let year = number(parts[order.year], 0...9999),
      let month = months.firstIndex(of: String(parts[order.month])),
      let hour = number(parts[order.hour], 0...23), let minute = number(parts[order.hour + 1], 0...59),
      // 60 is a leap second.
      let second = number(parts[order.hour + 2], 0...60)
    else { return nil }
    let fullYear = parts[order.year].count == 2 ? century(of: year, nowSeconds) : year
    let days = daysSinceEpoch(year: fullYear, month: Int64(month + 1), day: day)
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private static func number(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(text) else {
      return nil
    }
    return range.contains(value) ? value : nil
  }

  /// A year of two digits is in the past if it would otherwise lie more than fifty years ahead.
  private static func century(of year: Int64, _ nowSeconds: Int64) -> Int64 {
    // The mean length of a Gregorian year; a day more or less does not matter here.
    let thisYear = 1970 + min(max(nowSeconds / 31_556_952, 0), 8000)
    let candidate = thisYear / 100 * 100 + year
    return candidate > thisYear + 50 ? candidate - 100 : candidate
  }

  /// Days in the proleptic Gregorian calendar, counted in years that begin in March so that leap days come last.
  private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    // 719468 days lie between 0000-03-01 and 1970-01-01.
    return era * 146_097 + dayOfEra - 719_468
  }
}
