/// A scalar as written, and what it means when no type is asked for.
package struct YAMLScalar: Sendable {
  package enum Resolved: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number too large for Int64.
    case unsigned(UInt64)
    case float(Double)
    case string
  }

  package var text: String
  /// Written without quotation marks and without a tag, so that it may be something other than a string.
  package var isPlain: Bool

  package init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// The meaning by YAML 1.1 as the reference's library reads it: `yes` and `on` are booleans, `010` is eight.
  package var resolved: Resolved {
    guard isPlain else { return .string }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    default: return number ?? .string
    }
  }

  private var number: Resolved? {
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
    let plain = text.filter { $0 != "_" }
    let isNegative = plain.hasPrefix("-")
    let digits = isNegative || plain.hasPrefix("+") ? plain.dropFirst() : plain[...]
    if let magnitude = magnitude(of: digits) {
      if !isNegative { return Int64(exactly: magnitude).map { .integer($0) } ?? .unsigned(magnitude) }
      if magnitude <= UInt64(Int64.max) { return .integer(-Int64(magnitude)) }
      if magnitude == UInt64(Int64.max) + 1 { return .integer(.min) }
    }
    return isDecimal(digits) ? Double(plain).map { .float($0) } : nil
  }

  private func magnitude(of digits: Substring) -> UInt64? {
    // A second sign would be accepted by UInt64's own parser.
    guard let first = digits.utf8.first, first >= 0x30, first <= 0x39 else { return nil }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)]
    where digits.hasPrefix(prefix) {
      let rest = digits.dropFirst(2)
      return rest.utf8.first.map { $0 == 0x2b || $0 == 0x2d } == true ? nil : UInt64(rest, radix: radix)
    }
    if first == 0x30 && digits.utf8.count > 1 { return UInt64(digits, radix: 8) }
    return UInt64(digits)
  }

  /// Digits with at most one point, then optionally an exponent.
  private func isDecimal(_ text: Substring) -> Bool {
    var bytes = text.utf8[...]
    let whole = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
    bytes = bytes.dropFirst(whole.count)
    var digitCount = whole.count
    if bytes.first == 0x2e {
      let fraction = bytes.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
      bytes = bytes.dropFirst(1 + fraction.count)
      digitCount += fraction.count
    }
    guard digitCount > 0 else { return false }
    guard let marker = bytes.first else { return true }
    guard marker == 0x65 || marker == 0x45 else { return false }
    bytes = bytes.dropFirst()
    if bytes.first == 0x2b || bytes.first == 0x2d { bytes = bytes.dropFirst() }
    return !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
}
