import ByteCoding
import Testing

@Suite("Variable-length integers and the byte reader")
struct VarintTests {
  private static let edges: [UInt64] =
    (0..<64).flatMap { shift -> [UInt64] in
      let power: UInt64 = 1 << UInt64(shift)
      return [power - 1, power, power + 1]
    } + [.max, .max - 1]

  @Test("Every edge survives, in as few bytes as it needs", arguments: edges)
  func roundTrip(value: UInt64) {
    var bytes: [UInt8] = []
    Varint.append(value, to: &bytes)
    let bits = UInt64.bitWidth - value.leadingZeroBitCount
    #expect(bytes.count == max(1, (bits + 6) / 7))
    var reader = ByteReader(bytes)
    #expect(reader.varint() == value)
    #expect(reader.isAtEnd)
  }

  @Test("Signed numbers survive, and small magnitudes take one byte", arguments: edges)
  func signed(value: UInt64) {
    for number in [Int64(bitPattern: value), 0 &- Int64(bitPattern: value)] {
      var bytes: [UInt8] = []
      Varint.appendSigned(number, to: &bytes)
      var reader = ByteReader(bytes)
      #expect(reader.signedVarint() == number)
      #expect(reader.isAtEnd)
      if (-64...63).contains(number) { #expect(bytes.count == 1) }
    }
  }

  @Test(
    "What is no varint of 64 bits is refused, and the reader stays",
    arguments: [
      [], [0x80], [0xff, 0xff, 0xff], Array(repeating: 0x80, count: 10), Array(repeating: 0xff, count: 10),
      Array(repeating: 0xff, count: 9) + [0x02], Array(repeating: 0xff, count: 9) + [0x80, 0x01],
      Array(repeating: 0x80, count: 30),
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    #expect(reader.varint() == nil)
    #expect(reader.signedVarint() == nil)
    #expect(reader.count(max: .max) == nil)
    #expect(reader.position == 0)
  }

  @Test("A reader never goes beyond its range, though the array does")
  func range() {
    let bytes = Array(repeating: 0xff as UInt8, count: 8) + [0x01]
    var reader = ByteReader(bytes, in: 2..<5)
    #expect(reader.varint() == nil)
    #expect(reader.uint32() == nil)
    #expect(reader.uint64() == nil)
    #expect(reader.double() == nil)
    #expect(reader.slice(4) == nil)
    #expect(reader.range(4) == nil)
    #expect(reader.slice(-1) == nil)
    #expect(reader.position == 2)
    #expect(reader.range(3) == 2..<5)
    #expect(reader.byte() == nil)
    #expect(reader.slice(0)?.isEmpty == true)
  }

  @Test("A count above its bound is refused; a negative bound allows nothing")
  func counts() {
    var reader = ByteReader([5, 0])
    #expect(reader.count(max: 4) == nil)
    #expect(reader.position == 0)
    #expect(reader.count(max: 5) == 5)
    #expect(reader.count(max: -1) == nil)
    #expect(reader.position == 1)
  }

  @Test("Fixed numbers are written least significant byte first")
  func littleEndian() {
    var bytes: [UInt8] = []
    LittleEndian.append(0x0403_0201 as UInt32, to: &bytes)
    LittleEndian.append(0x0c0b_0a09_0807_0605 as UInt64, to: &bytes)
    #expect(bytes == Array(1...12))
    #expect(LittleEndian.uint32(bytes, at: 1) == 0x0504_0302)
    #expect(LittleEndian.uint64(bytes, at: 3) == 0x0b0a_0908_0706_0504)
    LittleEndian.replace(0xffee_ddcc, at: 2, in: &bytes)
    #expect(bytes == [1, 2, 0xcc, 0xdd, 0xee, 0xff, 7, 8, 9, 10, 11, 12])
  }

  @Test("A column of doubles keeps every bit, NaNs included")
  func doubles() {
    let patterns: [UInt64] = [0, 1 << 63, 0x7ff0_0000_0000_0002, 0x7ff8_0000_0000_0001, 0xfff0_0000_0000_0001, .max, 1]
    var bytes: [UInt8] = [9]
    LittleEndian.append(patterns.map { Double(bitPattern: $0) }, to: &bytes)
    var column: [Double] = [7]
    LittleEndian.copyDoubles(bytes, at: 1, count: patterns.count, into: &column)
    #expect(column.dropFirst().map(\.bitPattern) == patterns)
  }
}
