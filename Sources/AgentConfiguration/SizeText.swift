/// Sizes as Prometheus writes them: numbers with the units B, KB, MB, GB, TB, PB, EB (or KiB…), all powers of 1024;
/// fractions and sums (`1GB512MB`) are allowed, `0` needs no unit.
enum SizeText {
  private static let prefixes = ["", "K", "M", "G", "T", "P", "E"]

  /// The size in bytes; 0 or less means no limit.
  static func parse(_ text: String) -> Result<Int, TextProblem> {
    var rest = text.utf8[...]
    let isNegative = rest.first == 0x2d
    if isNegative || rest.first == 0x2b { rest = rest.dropFirst() }
    if rest.elementsEqual("0".utf8) { return .success(0) }
    guard !rest.isEmpty else { return .failure(TextProblem("units: invalid \(text)")) }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { isDigit($0) || $0 == 0x2e }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !isDigit($0) && $0 != 0x2e }
      rest = rest.dropFirst(unit.count)
      guard number.contains(where: isDigit), number.count(where: { $0 == 0x2e }) <= 1 else {
        return .failure(TextProblem("units: invalid \(text)"))
      }
      guard !unit.isEmpty else { return .failure(TextProblem("units: missing unit in \(text)")) }
      let unitName = String(decoding: unit, as: UTF8.self)
      guard let power = prefixes.firstIndex(where: { unitName == $0 + "B" || (!$0.isEmpty && unitName == $0 + "iB") })
      else { return .failure(TextProblem("units: unknown unit \(unitName) in \(text)")) }
      // "5." is a number to the reference and not to Swift.
      let value = Double("0" + String(decoding: number, as: UTF8.self) + (number.last == 0x2e ? "0" : "")) ?? 0
      total += value * Double(sign: .plus, exponent: 10 * power, significand: 1)
    }
    guard let size = Int(exactly: (isNegative ? -total : total).rounded(.towardZero)) else {
      return .failure(TextProblem("units: overflow parsing unit in \(text)"))
    }
    return .success(size)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
