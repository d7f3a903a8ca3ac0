import GodwitTesting
import Testing

@testable import Exposition

@Suite("Bytes that are looked at eight at a time")
struct ByteClassTests {
  /// As the grammars have it, one byte after another.
  private enum Slow {
    static func isNameByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }

    static func isPlain(_ byte: UInt8) -> Bool {
      byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    static func end(_ bytes: [UInt8], from start: Int, _ isInside: (UInt8) -> Bool) -> Int {
      bytes[start...].firstIndex { !isInside($0) } ?? bytes.count
    }
  }

  private static func compare(_ bytes: [UInt8], from start: Int, _ comment: Comment) {
    let span = bytes.span
    let label = Slow.end(bytes, from: start, Slow.isNameByte)
    let metric = Slow.end(bytes, from: start) { Slow.isNameByte($0) || $0 == UInt8(ascii: ":") }
    let plain = Slow.end(bytes, from: start, Slow.isPlain)
    var seen: UInt64 = 0
    let (foundLabel, foundMetric) = (span.endOfLabelName(from: start), span.endOfMetricName(from: start))
    let foundPlain = span.endOfPlainText(from: start, seen: &seen)
    #expect(foundLabel == label, comment)
    #expect(foundMetric == metric, comment)
    #expect(foundPlain == plain, comment)
    let isASCII = bytes[start..<plain].allSatisfy { $0 < 0x80 }
    #expect((seen & ByteClass.marks == 0) == isASCII, comment)
    let plainASCII = Slow.end(bytes, from: start) { Slow.isPlain($0) && $0 < 0x80 }
    let foundPlainASCII = span.endOfPlainASCII(from: start)
    #expect(foundPlainASCII == plainASCII, comment)
  }

  @Test("Each byte is of its classes wherever it stands", arguments: [1, 7, 8, 9, 16, 23])
  func eachByte(count: Int) {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<count {
        var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        bytes[place] = byte
        Self.compare(bytes, from: 0, "byte \(byte) at \(place) of \(count)")
      }
    }
  }

  @Test("Any bytes are told apart as one by one, from any place on", arguments: 1...20)
  func randomBytes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let alphabet = Array("abzAZ09__:::{}=,\"\\ \n\u{0}\u{1f}~".utf8) + [0x7f, 0x80, 0xc3, 0xff, 0xdc, 0xa2]
    for _ in 0..<200 {
      let count = Int.random(in: 0...40, using: &random)
      // Mostly letters, so that some runs are long.
      let bytes = (0..<count).map { _ in
        Bool.random(using: &random) ? UInt8(ascii: "q") : alphabet.randomElement(using: &random) ?? 0
      }
      let start = Int.random(in: 0...count, using: &random)
      Self.compare(bytes, from: start, "seed \(seed): \(bytes) from \(start)")
    }
  }
}
