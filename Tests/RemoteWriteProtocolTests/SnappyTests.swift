import CSnappy
import GodwitTesting
import Testing

@testable import RemoteWriteProtocol

@Suite("Snappy")
struct SnappyTests {
  @Test("Bytes of any size survive", arguments: [0, 1, 2, 59, 60, 61, 1000, 65_535, 65_536, 65_537, 300_000])
  func roundTrip(size: Int) throws {
    var random = SeededRandom(seed: UInt64(size))
    let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
    let zeros = [UInt8](repeating: 0, count: size)
    var compressed: [UInt8] = [1, 2, 3]
    var output: [UInt8] = [9]
    for input in [noise, zeros, noise + zeros] {
      Snappy.compress(input[...], into: &compressed)
      try Snappy.decompress(compressed[...], into: &output, maximum: input.count)
      #expect(output == input)
    }
  }

  @Test("Two pieces make one block", arguments: [0, 1, 127, 128, 16_383, 16_384, 70_000, 3_000_000])
  func twoPieces(size: Int) throws {
    var random = SeededRandom(seed: UInt64(size))
    for otherSize in [0, 1, 60, 128, 20_000, 70_000] {
      let first = (0..<size).map { _ in UInt8.random(in: 0...20, using: &random) }
      let second = (0..<otherSize).map { _ in UInt8.random(in: 0...20, using: &random) }
      var (compressed, output): ([UInt8], [UInt8]) = ([7], [])
      Snappy.compress(first[...], second[...], into: &compressed)
      try Snappy.decompress(compressed[...], into: &output, maximum: size + otherSize)
      #expect(output == first + second)
    }
  }

  /// Pieces that stand before too, about as far and as long as elements reach, among bytes that hardly do.
  private static func repetitive(seed: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var text: [UInt8] = []
    let size = Int.random(in: 0...200_000, using: &random)
    while text.count < size {
      let distance = [1, 2, 40, 2046, 2047, 2048, 65_534, 65_535, 65_536].randomElement(using: &random) ?? 1
      let length = [1, 3, 4, 5, 11, 12, 13, 60, 63, 64, 65, 67, 68, 69, 128, 132].randomElement(using: &random) ?? 1
      for _ in 0..<Int.random(in: 0...70, using: &random) { text.append(.random(in: 0...255, using: &random)) }
      if distance <= text.count { for _ in 0..<length { text.append(text[text.count - distance]) } }
    }
    return text
  }

  @Test("The C library reads what was compressed, whatever repeats", arguments: 0..<40 as Range<UInt64>)
  func repetitions(seed: UInt64) throws {
    let text = Self.repetitive(seed: seed)
    for (texts, rows) in [(text[...], []), ([], text[...])] {
      var (compressed, output): ([UInt8], [UInt8]) = ([], [])
      Snappy.compress(texts, rows, into: &compressed)
      try Snappy.decompress(compressed[...], into: &output, maximum: text.count)
      #expect(output == text, "seed \(seed)")
    }
  }

  @Test("Elements never take more than the room that is made for them")
  func room() {
    // Each copy is as short as one may be, behind a single byte that was never there.
    var random = SeededRandom(seed: 1)
    let pool = (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for length in 4...6 {
      var text = pool
      for start in stride(from: 0, to: 4000, by: 7) {
        text += pool[start..<start + length] + [.random(in: 0...255, using: &random)]
      }
      for (texts, rows) in [(text[...], []), ([], text[...])] {
        var compressed: [UInt8] = []
        Snappy.compress(texts, rows, into: &compressed)
        #expect(compressed.count <= SnappyCompressor.room(for: text.count))
      }
    }
  }

  /// Rows as they are in a request: labels of which one changes slowly and one quickly, and a number of hundredths.
  private static func rows(seed: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    return (0..<5000).flatMap { row -> [UInt8] in
      let value = Double(Int.random(in: 1_000_000...60_000_000, using: &random)) / 100
      let bits = (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
      return [0x2a, 0x25, 0x0a, 0x0b, 1, 2, 3, UInt8(20 + row / 8 % 64), 5, 0x98, 1, 7, 8, 9, UInt8(10 + row % 8)]
        + [0x12, 0x10, 9] + bits + [0x10, 0xda, 0xae, 0x80, 0xca, 0xa0, 0x34, 0x2a, 4, 8, 1, 0x18, 11]
    }
  }

  @Test("Rows of a request take a tenth less than the C library makes of them", arguments: 0..<4 as Range<UInt64>)
  func density(seed: UInt64) {
    let text = Self.rows(seed: seed)
    var compressed: [UInt8] = []
    Snappy.compress(text[...], into: &compressed)
    var count = snappy_max_compressed_length(text.count)
    var reference = [CChar](repeating: 0, count: count)
    let bytes = text.map { CChar(bitPattern: $0) }
    #expect(snappy_compress(bytes, bytes.count, &reference, &count) == SNAPPY_OK)
    #expect(Double(compressed.count) < 0.9 * Double(count), "\(compressed.count) of \(count)")
  }

  @Test("A block that declares more than allowed is refused before anything is allocated")
  func tooLarge() {
    // Declares 4 GiB - 1.
    var output: [UInt8] = []
    #expect(throws: Snappy.DecompressionError.tooLarge(declared: 4_294_967_295, maximum: 100)) {
      try Snappy.decompress([0xff, 0xff, 0xff, 0xff, 0x0f, 0], into: &output, maximum: 100)
    }
    #expect(output.capacity == 0)
  }

  @Test(
    "A length that no block of this size can have is refused",
    arguments: [
      [], [0x80], [0xff, 0xff, 0xff, 0xff, 0x1f], [0xff, 0xff, 0xff, 0xff, 0xff, 0], [0xff, 0xff, 0x7f, 0],
    ]
      as [[UInt8]])
  func malformedLength(block: [UInt8]) {
    var output: [UInt8] = []
    #expect(throws: Snappy.DecompressionError.malformedLength) {
      try Snappy.decompress(block[...], into: &output, maximum: .max)
    }
  }

  @Test(
    "A corrupt block is refused and leaves nothing behind",
    arguments: [[0x05, 0x10], [0x02, 0x00, 0x61], [0x04, 0x01, 0x00], [0x00, 0x00]] as [[UInt8]])
  func corrupt(block: [UInt8]) {
    var output: [UInt8] = [1, 2, 3]
    #expect(throws: Snappy.DecompressionError.corrupt) {
      try Snappy.decompress(block[...], into: &output, maximum: 100)
    }
    #expect(output.isEmpty)
  }

  @Test("The densest block there is stays within the bound on expansion")
  func densest() throws {
    let input = [UInt8](repeating: 7, count: 1 << 20)
    var compressed: [UInt8] = []
    Snappy.compress(input[...], into: &compressed)
    #expect(input.count <= compressed.count * Snappy.expansionMax)
  }
}
