import Foundation
import GodwitTesting
import Testing

@testable import Exposition

@Suite("Numbers")
struct DecimalNumberTests {
  #if DEBUG
  static let rounds = 60_000
  #else
  static let rounds = 500_000
  #endif

  private func read(_ text: String) -> Result<Double, DecimalNumber.Fault> {
    let bytes = Array(text.utf8)
    do {
      return .success(try DecimalNumber.value(of: 0..<bytes.count, in: bytes.span))
    } catch {
      return .failure(error)
    }
  }

  private func expectAsInC(_ text: String, seed: UInt64) {
    let expected = strtod(text, nil)
    switch read(text) {
    case .success(let value):
      #expect(value.bitPattern == expected.bitPattern, "\(text), seed \(seed): \(value) instead of \(expected)")
    case .failure(let fault):
      #expect(fault == .range && expected.isInfinite, "\(text), seed \(seed): \(fault) instead of \(expected)")
    }
  }

  @Test("Random decimals have the bits that strtod gives them", arguments: SeededRandom.seeds)
  func decimals(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<Self.rounds {
      let digitCount = Int.random(in: 1...25, using: &random)
      var text = ["", "-", "+"].randomElement(using: &random) ?? ""
      let point = Int.random(in: 0...digitCount + 5, using: &random)
      for position in 0..<digitCount {
        if position == point { text += "." }
        text += String(UInt8.random(in: 0...9, using: &random))
      }
      if Bool.random(using: &random) { text += "e\(Int.random(in: -40...40, using: &random))" }
      expectAsInC(text, seed: seed)
    }
  }

  @Test("Random float64s survive being written and read", arguments: SeededRandom.seeds)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<Self.rounds {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = FloatText.prometheus(value)
      #expect(strtod(text, nil).bitPattern == value.bitPattern, "\(text), seed \(seed)")
      expectAsInC(text, seed: seed)
    }
  }

  @Test("Midpoints between neighbours are rounded as strtod does", arguments: SeededRandom.seeds)
  func midpoints(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<Self.rounds {
      // A number with 54 significant bits is a midpoint; as an integer below 2^64 it is written exactly.
      let shift = UInt64.random(in: 0...10, using: &random)
      let midpoint = (random.next() >> 10 | 1 << 53 | 1) << shift
      for nearby in [midpoint - 1, midpoint, midpoint + 1] {
        expectAsInC("\(nearby)", seed: seed)
        expectAsInC("\(nearby)e-\(Int.random(in: 1...27, using: &random))", seed: seed)
        expectAsInC("\(nearby)e\(Int.random(in: 1...27, using: &random))", seed: seed)
      }
    }
  }

  @Test(
    "What Go reads is read, to the same bits",
    arguments: [
      ("0", 0x0), ("-0", 0x8000_0000_0000_0000), ("+0.0e5", 0), ("1.", 0x3ff0_0000_0000_0000),
      (".5", 0x3fe0_0000_0000_0000), ("1E3", 0x408f_4000_0000_0000), ("Inf", 0x7ff0_0000_0000_0000),
      ("+iNF", 0x7ff0_0000_0000_0000), ("-infinity", 0xfff0_0000_0000_0000), ("4.9e-324", 1), ("2e-324", 0),
      ("1e-99999999999999999999", 0), ("0e99999999999999999999", 0), ("1.7976931348623157e308", 0x7fef_ffff_ffff_ffff),
      ("123456789012345678901234567890", 0x45f8_ee90_ff6c_373e), ("9007199254740993", 0x4340_0000_0000_0000),
      ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff), ("00000000000000000000000001", 0x3ff0_0000_0000_0000),
    ] as [(String, UInt64)])
  func accepted(text: String, bits: UInt64) throws {
    #expect(try read(text).get().bitPattern == bits)
  }

  @Test("NaN is read in any letter case, without a sign", arguments: ["NaN", "nan", "NAN"])
  func notANumber(text: String) throws {
    #expect(try read(text).get().isNaN)
  }

  @Test(
    "What Go does not read is refused",
    arguments: [
      "", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "--1", "+-1", "1_000", "0x1p-2", "0x10", "+nan", "-NaN", "infin",
      "in", "1 ", " 1", "1,5", "1f", "½", "1e5.0", "nano",
    ])
  func refused(text: String) {
    #expect(read(text) == .failure(.syntax))
  }

  @Test("A number beyond the largest float64 is refused", arguments: ["1e400", "-1e309", "1.7976931348623159e308"])
  func tooLarge(text: String) {
    #expect(read(text) == .failure(.range))
  }

  @Test("Digits far behind the decimal point decide a tie")
  func longTie() throws {
    // 2^53 + 1 lies in the middle between two float64s.
    let tie = "9007199254740993." + String(repeating: "0", count: 5_000)
    #expect(try read(tie).get() == 9_007_199_254_740_992)
    #expect(try read(tie + "1").get() == 9_007_199_254_740_994)
  }
}
