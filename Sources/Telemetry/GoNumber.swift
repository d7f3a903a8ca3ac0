/// `value` as Go's `%g` prints it with the fewest digits that read back exactly: `1e+06`, `0.25`, `+Inf`, `NaN`.
///
/// Everything around Prometheus prints numbers so, and label values such as `le="1e+06"` are compared as text.
package func goText(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
  let sign = value.sign == .minus ? "-" : ""
  if value == 0 { return sign + "0" }
  let (digits, pointPosition) = shortestDecimal(value.magnitude)
  let exponent = pointPosition - 1
  // `%g` with the shortest precision decides as if six digits were wanted: 123456 but 1.234567e+06.
  guard exponent >= -4, exponent < 6 else {
    return sign + exponential(digits, exponent)
  }
  return sign + plain(digits, pointPosition)
}

/// The significant digits of a positive finite number, and where the point stands among them: 12.5 is (125, 2).
private func shortestDecimal(_ value: Double) -> (digits: [UInt8], pointPosition: Int) {
  var digits: [UInt8] = []
  var pointPosition: Int?
  var exponent = 0
  var inExponent = false
  var exponentIsNegative = false
  // The standard library prints the shortest digits that read back exactly, in one of two layouts.
  for character in value.description.utf8 {
    switch character {
    case UInt8(ascii: "."): pointPosition = digits.count
    case UInt8(ascii: "e"): inExponent = true
    case UInt8(ascii: "-"): exponentIsNegative = true
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if inExponent {
        exponent = exponent * 10 + Int(character - UInt8(ascii: "0"))
      } else {
        digits.append(character)
      }
    default: break
    }
  }
  var position = (pointPosition ?? digits.count) + (exponentIsNegative ? -exponent : exponent)
  let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
  digits.removeFirst(leadingZeros)
  position -= leadingZeros
  while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
  return (digits, position)
}

private func plain(_ digits: [UInt8], _ pointPosition: Int) -> String {
  var text: [UInt8] = []
  if pointPosition <= 0 {
    text.append(contentsOf: "0.".utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -pointPosition))
    text.append(contentsOf: digits)
  } else {
    text.append(contentsOf: digits.prefix(pointPosition))
    text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, pointPosition - digits.count)))
    if digits.count > pointPosition {
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits.dropFirst(pointPosition))
    }
  }
  return String(decoding: text, as: UTF8.self)
}

private func exponential(_ digits: [UInt8], _ exponent: Int) -> String {
  var text = digits
  if text.count > 1 { text.insert(UInt8(ascii: "."), at: 1) }
  let magnitude = abs(exponent)
  let padding = magnitude < 10 ? "0" : ""
  return String(decoding: text, as: UTF8.self) + "e\(exponent < 0 ? "-" : "+")\(padding)\(magnitude)"
}
