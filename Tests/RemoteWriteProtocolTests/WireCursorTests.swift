import GodwitTesting
import Testing

@testable import RemoteWriteProtocol

@Suite("The quick walk over a message")
struct WireCursorTests {
  private static func varint(_ value: UInt64, paddedTo width: Int = 0) -> [UInt8] {
    var bytes = ProtobufMessage.varint(value)
    while bytes.count < width {
      bytes[bytes.count - 1] |= 0x80
      bytes.append(0)
    }
    return bytes
  }

  private static let edges: [UInt64] =
    (0..<64).flatMap { [(1 as UInt64) << $0 - 1, 1 << $0, (1 << $0) + 1] } + [.max]

  @Test("A varint is read in each width, whatever stands behind it", arguments: edges)
  func varints(value: UInt64) {
    for width in ProtobufMessage.varint(value).count...10 {
      let bytes = Self.varint(value, paddedTo: width)
      for behind in [0, 1, 7, 8, 20] {
        let message = [0xff] + bytes + [UInt8](repeating: 0xff, count: behind)
        var cursor = WireCursor(1..<message.count)
        #expect(cursor.varint(message.span) == value, "\(width) bytes, \(behind) behind")
        #expect(cursor.position == 1 + width)
        // Its message ends with it, though the body goes on.
        var last = WireCursor(1..<1 + width)
        #expect(last.varint(message.span) == value && last.isAtEnd)
      }
    }
  }

  @Test("A varint never reaches beyond its message, though its bytes go on behind it", arguments: 0..<10)
  func cutShort(width: Int) {
    let message = [UInt8](repeating: 0x80, count: width) + [1] + [UInt8](repeating: 0, count: 16)
    var cursor = WireCursor(0..<width)
    #expect(cursor.varint(message.span) == nil)
    #expect(cursor.position <= width)
  }

  @Test("More than 64 bits are none", arguments: [0, 8])
  func tooLong(behind: Int) {
    let rest = [UInt8](repeating: 0, count: behind)
    for bytes in [
      [UInt8](repeating: 0xff, count: 9) + [2], [UInt8](repeating: 0x80, count: 10) + [0],
      [UInt8](repeating: 0x80, count: 9) + [0x80, 1],
    ] {
      let message = bytes + rest
      var cursor = WireCursor(0..<message.count)
      #expect(cursor.varint(message.span) == nil)
    }
    let largest = [UInt8](repeating: 0xff, count: 9) + [1] + rest
    var cursor = WireCursor(0..<largest.count)
    #expect(cursor.varint(largest.span) == .max)
  }

  @Test("Any bytes are read as the strict reader reads them, or not at all", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...14, using: &random)
      let bytes = (0..<count).map { _ -> UInt8 in
        .random(in: 0...255, using: &random) | (random.oneIn(3) ? 0 : 0x80)
      }
      let end = Int.random(in: 0...count, using: &random)
      var cursor = WireCursor(0..<end)
      var strict: UInt64?
      var width = 0
      // As the wire format is written down: seven bits a byte, ten bytes at most, the last of which has one bit.
      var value: UInt64 = 0
      for (index, byte) in bytes[..<end].prefix(10).enumerated() {
        if index == 9 && byte > 1 { break }
        value |= UInt64(byte & 0x7f) << UInt64(7 * index)
        guard byte < 0x80 else { continue }
        (strict, width) = (value, index + 1)
        break
      }
      #expect(cursor.varint(bytes.span) == strict, "seed \(seed): \(bytes) up to \(end)")
      if strict != nil { #expect(cursor.position == width, "seed \(seed)") }
    }
  }

  @Test("A tag is taken if it comes next, and only within the message")
  func tags() {
    let bytes: [UInt8] = [0x0a, 0x12]
    var cursor = WireCursor(0..<1)
    let isOther = cursor.take(0x12, bytes.span)
    #expect(!isOther && cursor.position == 0)
    let isNext = cursor.take(0x0a, bytes.span)
    #expect(isNext && cursor.isAtEnd)
    let isBeyond = cursor.take(0x12, bytes.span)
    #expect(!isBeyond)
  }

  @Test("A length-delimited value ends within the message, or is none", arguments: [0, 1, 2, 3, 200] as [UInt64])
  func ranges(length: UInt64) {
    let bytes = Self.varint(length) + [1, 2, 9, 9]
    let start = bytes.count - 4
    var cursor = WireCursor(0..<start + 2)
    let range = cursor.range(bytes.span)
    #expect(range == (length <= 2 ? start..<start + Int(length) : nil))
    if range != nil { #expect(cursor.position == start + Int(length)) }
    for absurd in [UInt64(Int.max), UInt64(Int.max) + 1, .max] {
      let bytes = Self.varint(absurd) + [0]
      var cursor = WireCursor(0..<bytes.count)
      #expect(cursor.range(bytes.span) == nil)
    }
  }

  @Test("Eight bytes are a number, seven are none")
  func fixed() {
    let bytes: [UInt8] = [9, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    var cursor = WireCursor(1..<9)
    #expect(cursor.fixed64(bytes.span) == 0x0807_0605_0403_0201 && cursor.isAtEnd)
    var short = WireCursor(1..<8)
    #expect(short.fixed64(bytes.span) == nil && short.position == 1)
  }

  @Test("An index is below the count of what it points into")
  func indices() {
    let bytes: [UInt8] = [2, 3]
    var cursor = WireCursor(0..<2)
    #expect(cursor.index(bytes.span, below: 3) == 2)
    #expect(cursor.index(bytes.span, below: 3) == nil)
    var huge = WireCursor(0..<10)
    #expect(huge.index(Self.varint(.max).span, below: 3) == nil)
  }
}
