/// The MD5 digest of RFC 1321, which `hashmod` is defined by. For sharding only: MD5 protects nothing.
enum MD5 {
  /// Bytes 8 to 15 of the digest, read as a big-endian number.
  ///
  /// - Complexity: O(text), no allocation.
  static func finalHalf(of text: [UInt8]) -> UInt64 {
    var state = State()
    var block = InlineArray<16, UInt32>(repeating: 0)
    var position = 0
    while text.count - position >= 64 {
      for word in 0..<16 { block[word] = littleEndianWord(in: text, at: position + 4 * word) }
      state.fold(block)
      position += 64
    }
    // The padding is one set bit, zeros, and the length in bits as 64 bits.
    block = InlineArray(repeating: 0)
    let rest = text.count - position
    for offset in 0..<rest { block[offset / 4] |= UInt32(text[position + offset]) << UInt32(8 * (offset % 4)) }
    block[rest / 4] |= 0x80 << UInt32(8 * (rest % 4))
    if rest >= 56 {
      state.fold(block)
      block = InlineArray(repeating: 0)
    }
    let bitCount = UInt64(text.count) << 3
    block[14] = UInt32(truncatingIfNeeded: bitCount)
    block[15] = UInt32(truncatingIfNeeded: bitCount >> 32)
    state.fold(block)
    return UInt64(state.c.byteSwapped) << 32 | UInt64(state.d.byteSwapped)
  }

  private static func littleEndianWord(in text: [UInt8], at index: Int) -> UInt32 {
    UInt32(text[index]) | UInt32(text[index + 1]) << 8 | UInt32(text[index + 2]) << 16 | UInt32(text[index + 3]) << 24
  }

  private struct State {
    var a: UInt32 = 0x6745_2301
    var b: UInt32 = 0xefcd_ab89
    var c: UInt32 = 0x98ba_dcfe
    var d: UInt32 = 0x1032_5476

    // Additions wrap because the algorithm is defined modulo 2^32.
    mutating func fold(_ block: InlineArray<16, UInt32>) {
      var (a, b, c, d) = (self.a, self.b, self.c, self.d)
      for step in 0..<64 {
        let mixed: UInt32
        let word: Int
        switch step / 16 {
        case 0: (mixed, word) = ((b & c) | (~b & d), step)
        case 1: (mixed, word) = ((d & b) | (~d & c), (5 * step + 1) % 16)
        case 2: (mixed, word) = (b ^ c ^ d, (3 * step + 5) % 16)
        default: (mixed, word) = (c ^ (b | ~d), (7 * step) % 16)
        }
        let sum = a &+ mixed &+ MD5.sines[step] &+ block[word]
        let turn = MD5.turns[step / 16 * 4 + step % 4]
        (a, d, c, b) = (d, c, b, b &+ (sum << turn | sum >> (32 - turn)))
      }
      self.a &+= a
      self.b &+= b
      self.c &+= c
      self.d &+= d
    }
  }

  private static let turns: InlineArray<16, UInt32> = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

  /// floor(2^32 · |sin(i + 1)|), RFC 1321 section 3.4.
  private static let sines: InlineArray<64, UInt32> = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
  ]
}
