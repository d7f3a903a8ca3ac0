/// Numbers for people, the same in every locale.
enum Figure {
  /// `12,345,678`
  static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  static func grouped(_ number: Int) -> String { grouped(UInt64(max(0, number))) }

  /// With one decimal: `3.1`.
  static func tenths(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "?" }
    let tenths = Int64((abs(number) * 10).rounded())
    return "\(number < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
  }

  /// How many times something is something else: `5.9`, and with two decimals where it is hardly more or less: `0.97`.
  static func times(_ ratio: Double) -> String {
    guard ratio >= 0 && ratio < 1.995 else { return tenths(ratio) }
    let hundredths = Int((ratio * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  /// `0:07`, `12:34`, `1:02:03`.
  static func clock(seconds: Double) -> String {
    let total = seconds.isFinite && seconds > 0 && seconds < 1e15 ? Int64(seconds) : 0
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let two: (Int64) -> String = { $0 < 10 ? "0\($0)" : "\($0)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }

  /// `0 B`, `12.3 KiB`, `1.4 GiB`.
  static func bytes(_ count: UInt64) -> String {
    guard count >= 1024 else { return "\(count) B" }
    var size = Double(count)
    for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
      size /= 1024
      // What would be rounded to 1024.0 is one of the next unit.
      if size < 1023.95 { return "\(tenths(size)) \(unit)" }
    }
    return "\(tenths(size / 1024)) EiB"
  }

  /// The two largest units: `0s`, `42s`, `3m 5s`, `2h 10m`, `4d 1h`.
  static func age(milliseconds: Int64) -> String {
    let total = max(0, milliseconds) / 1000
    let units: [(name: String, count: Int64)] = [
      ("d", total / 86_400), ("h", total / 3600 % 24), ("m", total / 60 % 60), ("s", total % 60),
    ]
    guard let first = units.firstIndex(where: { $0.count > 0 }) else { return "0s" }
    return units[first...].prefix(2).filter { $0.count > 0 }.map { "\($0.count)\($0.name)" }.joined(separator: " ")
  }

  /// `2026-11-22 19:38:25` in UTC, by the proleptic Gregorian calendar.
  static func time(milliseconds: Int64) -> String {
    let seconds = (milliseconds >= 0 ? milliseconds : milliseconds - 999) / 1000
    guard abs(seconds) < 1_000_000_000_000 else { return "?" }
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let rest = seconds - days * 86_400
    // Days since 1 March of the year 0: leap days then stand at the end of their years.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let two: (Int64) -> String = { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(year)-\(two(month))-\(two(day)) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
  }
}
