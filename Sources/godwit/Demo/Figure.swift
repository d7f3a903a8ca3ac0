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

  /// `0:07`, `12:34`, `1:02:03`.
  static func clock(seconds: Double) -> String {
    let total = seconds.isFinite && seconds > 0 && seconds < 1e15 ? Int64(seconds) : 0
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let two: (Int64) -> String = { $0 < 10 ? "0\($0)" : "\($0)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
