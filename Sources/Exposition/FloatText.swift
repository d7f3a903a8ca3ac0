/// Float64s as the formats write them: the shortest digits that read back to the same bits.
enum FloatText {
  /// As Go's `%g` has it, and so every page: `1`, `0.25`, `1e+06`, `+Inf`, `NaN`.
  static func prometheus(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let sign = value.sign == .minus ? "-" : ""
    if value == 0 { return sign + "0" }
    let (digits, exponent) = shortestDigits(of: value.magnitude)
    if exponent < -4 || exponent > 5 {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let magnitude = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + magnitude
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// As OpenMetrics writes bucket bounds and quantiles: never without a point or an exponent.
  static func openMetrics(_ value: Double) -> String {
    let text = prometheus(value)
    return !value.isFinite || text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
      ? text : text + ".0"
  }

  /// What the text of a number tells of how OpenMetrics would write it.
  enum Shape {
    /// As it stands.
    case same
    /// With `.0` behind it.
    case whole
    /// By ``openMetrics(_:)`` alone.
    case unclear
  }

  /// The shape of a bound as nearly all are written: a few digits with a point among them or without.
  ///
  /// A decimal of fifteen digits or fewer is the only one of so few that is nearest to its float64, so without zeros
  /// that could be left out it is the shortest text of that.
  static func shape(_ text: Span<UInt8>) -> Shape {
    if text.count == 4, text[0] == UInt8(ascii: "+") {
      return text[1] == UInt8(ascii: "I") && text[2] == UInt8(ascii: "n") && text[3] == UInt8(ascii: "f")
        ? .same : .unclear
    }
    let zero = UInt8(ascii: "0")
    var point = 0
    while point < text.count, Byte.isDigit(text[point]) { point += 1 }
    // From a million on there is an exponent.
    guard point > 0, point <= 6, point == 1 || text[0] != zero else { return .unclear }
    if point == text.count { return .whole }
    let places = text.count - point - 1
    guard text[point] == UInt8(ascii: "."), places > 0, places <= 9 else { return .unclear }
    // Also below a ten-thousandth.
    var isLarge = text[0] != zero || places == 1
    for place in 1...places {
      let byte = text[point + place]
      guard Byte.isDigit(byte) else { return .unclear }
      if place <= 4, byte != zero { isLarge = true }
    }
    return isLarge && (places == 1 || text[text.count - 1] != zero) ? .same : .unclear
  }

  /// The shortest digits without leading or trailing zeros, and the decimal exponent of the first of them.
  ///
  /// Taken from the standard library's own description, which is the shortest and, among those, the closest.
  private static func shortestDigits(of magnitude: Double) -> (digits: String, exponent: Int) {
    let parts = magnitude.description.split(separator: "e")
    let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = number[0].drop { $0 == "0" }
    let fraction = number.count > 1 ? number[1] : ""
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
    var digits = whole + fraction
    if whole.isEmpty {
      let zeros = fraction.prefix { $0 == "0" }.count
      digits = fraction.dropFirst(zeros)
      exponent -= zeros
    }
    while digits.last == "0" { digits.removeLast() }
    return (String(digits), exponent)
  }
}
