import Foundation
import GodwitTesting
import Testing

@testable import Exposition

@Suite("Digits eight at a time")
struct DigitRunTests {
  /// What may follow a number: what ends it, what could be mistaken for a digit, and nothing.
  private static let tails = [
    "", "\n", " ", "/", ":", "e", ".", "\u{0}", "x9", "é", "\n12345678", " 123456789012345678",
  ]

  @Test(
    "Runs of every length have the number that strtoull reads, and end where they do", arguments: SeededRandom.seeds)
  func runs(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for count in 0...20 {
      for tail in Self.tails {
        for _ in 0..<50 {
          let digits = Self.digits(count, using: &random)
          let bytes = Array(("=" + digits + tail).utf8)
          var (index, mantissa) = (1, UInt64(0))
          DigitRun.read(bytes.span, at: &index, into: &mantissa)
          // Modulo 2^64, as is said of it.
          let expected = digits.utf8.reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 - 0x30) }
          #expect(mantissa == expected && index == 1 + count, "\(digits)\(tail.debugDescription), seed \(seed)")
          if count > 0 && count < 20 { #expect(mantissa == strtoull(digits, nil, 10)) }
        }
      }
    }
  }

  @Test("A short decimal has the bits that strtod gives it, or is left to others", arguments: SeededRandom.seeds)
  func decimals(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for count in 0...20 {
      for point in -1...count {
        for sign in ["", "-", "+"] {
          for exponent in ["", "e5", "E-3"] {
            for tail in Self.tails {
              var text = Self.digits(count, using: &random)
              if point >= 0 { text.insert(".", at: text.index(text.startIndex, offsetBy: point)) }
              let number = sign + text + exponent
              // With a line behind it as on a page, and at the page's end.
              expectAsInC(number, tail, behind: "next_line_of_the_page 1\n", seed)
              expectAsInC(number, tail, behind: "", seed)
            }
          }
        }
      }
    }
  }

  @Test("What pages are full of is read here")
  func usual() {
    for text in ["0", "7", "12345678", "123456789", "123456789012345", "0.5", "12345678.1234567", "4829384.12"] {
      let bytes = Array((text + "\nnext_line_of_the_page 1\n").utf8)
      #expect(ShortDecimal.prefix(of: bytes.span, from: 0).end == text.utf8.count, "\(text)")
    }
  }

  private func expectAsInC(_ number: String, _ tail: String, behind: String, _ seed: UInt64) {
    let bytes = Array((" " + number + tail + behind).utf8)
    let short = ShortDecimal.prefix(of: bytes.span, from: 1)
    let note: Comment = "\(number)\(tail.debugDescription), seed \(seed)"
    if short.end > 1 {
      #expect(bytes[short.end] == Byte.newline && short.end == 1 + number.utf8.count, note)
      #expect(short.value.bitPattern == strtod(number, nil).bitPattern, note)
    }
    let long = DecimalNumber.prefix(of: bytes.span, from: 1)
    if long.end == 1 + number.utf8.count, number.last != ".", number.first != "." {
      #expect(long.value.bitPattern == strtod(number, nil).bitPattern, note)
    }
  }

  private static func digits(_ count: Int, using random: inout SeededRandom) -> String {
    // Zeros and nines are where carries and leading zeros show.
    let choices = Array(["0", "0123456789", "9", "09"].randomElement(using: &random) ?? "0")
    return String((0..<count).map { _ in choices.randomElement(using: &random) ?? "0" })
  }
}
