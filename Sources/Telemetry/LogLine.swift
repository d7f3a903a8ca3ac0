/// How a log line is written.
public enum LogFormat: String, Sendable, CaseIterable { case logfmt, json }

/// One line of the log before it is written: a pure rendering of what happened and when.
struct LogLine {
  /// Time since the Unix epoch.
  var time: Duration
  /// `DEBUG`, `INFO`, `WARN` or `ERROR`.
  var level: String
  /// File and line of the program that speaks.
  var source: String
  var message: String
  /// In the order in which they are written.
  var fields: [(key: String, value: String)]

  /// The line with its final newline.
  func rendered(as format: LogFormat) -> [UInt8] {
    let head = [("time", timestampText(time)), ("level", level), ("source", source), ("msg", message)]
    let fields = head + fields.map { ($0.key, $0.value) }
    let text =
      switch format {
      case .logfmt: fields.map { Self.bareKey($0.0) + "=" + Self.quotedIfNeeded($0.1) }.joined(separator: " ")
      case .json: "{" + fields.map { jsonText($0.0) + ":" + jsonText($0.1) }.joined(separator: ",") + "}"
      }
    return Array(text.utf8) + [UInt8(ascii: "\n")]
  }

  private static func bareKey(_ key: String) -> String {
    var result = ""
    for scalar in key.unicodeScalars {
      let breaksTheLine = scalar.value <= 0x20 || scalar == "=" || scalar == "\"" || scalar.value == 0x7f
      result.unicodeScalars.append(breaksTheLine ? "_" : scalar)
    }
    return result.isEmpty ? "_" : result
  }

  private static func quotedIfNeeded(_ value: String) -> String {
    let isBare = value.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0 != "=" && $0 != "\"" && $0 != "\\" && !(0x7f...0x9f).contains($0.value)
    }
    return isBare && !value.isEmpty ? value : jsonText(value)
  }
}

/// `text` as a JSON string with its quotes.
package func jsonText(_ text: String) -> String {
  let hexDigits = Array("0123456789abcdef".unicodeScalars)
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7f:
      result += "\\u00"
      result.unicodeScalars.append(hexDigits[Int(scalar.value >> 4)])
      result.unicodeScalars.append(hexDigits[Int(scalar.value & 15)])
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// `2026-03-01T12:00:00.250Z` for a time since the Unix epoch, cut to the millisecond.
package func timestampText(_ time: Duration) -> String {
  let (seconds, attoseconds) = time.components
  let day = seconds / 86_400
  let secondOfDay = seconds % 86_400
  let date = civilDate(daysSinceEpoch: day)
  let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
  let milliseconds = padded(attoseconds / 1_000_000_000_000_000, 3)
  return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    + "T\(clock.joined(separator: ":")).\(milliseconds)Z"
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// The Gregorian date of a day counted from 1970-01-01, which is day 0.
private func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
  // Years are counted from the first of March, so that the leap day is the last day of a year, and in eras of 400
  // years, which all have the same number of days.
  let shifted = daysSinceEpoch + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}
