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
