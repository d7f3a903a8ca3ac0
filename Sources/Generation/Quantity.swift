import Settings

/// Numbers as arithmetic in a comment shows them.
enum Quantity {
  /// `12,345`
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(max(0, number)))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// With as few decimals as tell it apart from its neighbours: `0.04`, `1.3`, `25`.
  static func short(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "?" }
    if number >= 100 { return grouped(Int(number.rounded())) }
    let places = number >= 10 ? 1.0 : number >= 1 ? 2 : 4
    var scale = 1.0
    for _ in 0..<Int(places) { scale *= 10 }
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  static func seconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// In whole mebibytes or gibibytes, rounded up, as Prometheus and Godwit read them: powers of 1024.
  static func size(_ bytes: Double) -> String {
    let mebibytes = (max(0, bytes) / 1_048_576).rounded(.up)
    if mebibytes < 10_240 { return "\(Int(mebibytes))MB" }
    return "\(Int((mebibytes / 1024).rounded(.up)))GB"
  }

  static func duration(_ duration: Duration) -> String { DurationText.format(duration) }

  /// `50000`, `50k`, `1.5M`, samples a second; nil where it is none or none that can be.
  static func rate(_ text: String) -> Int? {
    let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6]
    let factor = text.last.flatMap { factors[$0] }
    let digits = factor == nil ? Substring(text) : text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(digits)
    else { return nil }
    let rate = (number * (factor ?? 1)).rounded()
    return (1...1e9).contains(rate) ? Int(rate) : nil
  }
}
