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
