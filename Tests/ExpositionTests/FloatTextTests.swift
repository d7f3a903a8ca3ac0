import GodwitTesting
import Testing

@testable import Exposition

@Suite("Written numbers")
struct FloatTextTests {
  @Test(
    "Numbers are written as Go's %g does",
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (1027, "1027"), (144_320, "144320"), (999_999, "999999"),
      (1_000_000, "1e+06"), (1_234_567, "1.234567e+06"), (1e21, "1e+21"), (1e100, "1e+100"), (0.25, "0.25"),
      (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"), (.leastNonzeroMagnitude, "5e-324"),
      (0.1 + 0.2, "0.30000000000000004"),
      (123_456.789, "123456.789"), (1_395_066_363.5, "1.3950663635e+09"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
      (.nan, "NaN"),
    ] as [(Double, String)])
  func prometheus(value: Double, text: String) {
    #expect(FloatText.prometheus(value) == text)
  }

  @Test(
    "Bounds are written with a point or an exponent",
    arguments: [
      (0, "0.0"), (1, "1.0"), (-1, "-1.0"), (0.5, "0.5"), (10, "10.0"), (1e6, "1e+06"), (.infinity, "+Inf"),
      (-.infinity, "-Inf"), (.nan, "NaN"),
    ] as [(Double, String)])
  func openMetrics(value: Double, text: String) {
    #expect(FloatText.openMetrics(value) == text)
  }

  @Test("Every value of the golden pages is written as the reference writes it")
  func golden() throws {
    for entry in try GoldenPage.all().flatMap({ $0.entries ?? [] }) {
      guard let bits = entry.bits.flatMap({ UInt64($0, radix: 16) }), let text = entry.value else { continue }
      #expect(FloatText.prometheus(Double(bitPattern: bits)) == text)
    }
  }

  @Test("What a bound's shape tells is what writing its number anew gives", arguments: SeededRandom.seeds)
  func shapes(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var (same, whole) = (0, 0)
    for _ in 0..<50_000 {
      let digits = Array(["0123456789", "01", "0", "09.", "05"].randomElement(using: &random) ?? "0")
      let count = Int.random(in: 1...9, using: &random)
      var text = String((0..<count).map { _ in digits.randomElement(using: &random) ?? "0" })
      if random.oneIn(2) { text.insert(".", at: text.indices.randomElement(using: &random) ?? text.startIndex) }
      let others = ["+Inf", "+inf", "+1.5", "-1", "1e5", "NaN", ""]
      if random.oneIn(9) { text = others.randomElement(using: &random) ?? "" }
      let bytes = Array(text.utf8)
      let shape = FloatText.shape(bytes.span)
      if shape == .unclear { continue }
      let number = try #require(try? DecimalNumber.value(of: 0..<bytes.count, in: bytes.span), "\(text), seed \(seed)")
      #expect(FloatText.openMetrics(number) == text + (shape == .whole ? ".0" : ""), "\(text), seed \(seed)")
      if shape == .same { same += 1 } else { whole += 1 }
    }
    #expect(same > 1_000 && whole > 1_000)
    for usual in ["0.005", "0.01", "0.25", "2.5", "+Inf", "0.99"] {
      #expect(FloatText.shape(Array(usual.utf8).span) == .same)
    }
  }
}
