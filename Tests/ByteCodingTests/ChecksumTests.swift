import ByteCoding
import CByteCoding
import GodwitTesting
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
  /// RFC 3720, appendix B.4, and the check value of the catalogues.
  @Test(
    "Gives the published values",
    arguments: [
      (Array(repeating: 0, count: 32), 0x8a91_36aa),
      (Array(repeating: 0xff, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e),
      (Array((0..<32).reversed()), 0x113f_db5c),
      (Array("123456789".utf8), 0xe306_9283),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func published(bytes: [UInt8], expected: UInt32) {
    #expect(Checksum.crc32c(bytes[...]) == expected)
    #expect(Self.portable(bytes, seed: 0) == expected)
  }

  @Test("The processor's instruction and the tables agree for every length and alignment", arguments: 0..<40)
  func agreement(start: Int) {
    var random = SeededRandom(seed: UInt64(start))
    let bytes = (0..<400).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    for count in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65, 255, 360] {
      let seed = UInt32.random(in: .min ... .max, using: &random)
      let piece = bytes[start..<start + count]
      #expect(Checksum.crc32c(piece, seed: seed) == Self.portable(Array(piece), seed: seed), "\(start), \(count)")
    }
  }

  @Test("A sequence of pieces has the checksum of the whole")
  func pieces() {
    let bytes = (0..<100).map { UInt8($0) }
    for middle in bytes.indices {
      #expect(Checksum.crc32c(bytes[middle...], seed: Checksum.crc32c(bytes[..<middle])) == Checksum.crc32c(bytes[...]))
    }
  }

  @Test("One flipped bit anywhere changes it")
  func flippedBits() {
    var bytes = Array("a record of samples".utf8)
    let whole = Checksum.crc32c(bytes[...])
    for bit in 0..<bytes.count * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Checksum.crc32c(bytes[...]) != whole)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  private static func portable(_ bytes: [UInt8], seed: UInt32) -> UInt32 {
    bytes.withUnsafeBytes { godwit_crc32c_portable(seed, $0.baseAddress, $0.count) }
  }
}
