import ByteCoding
import Testing

@Suite("Bytes written into room that was made for them")
struct OutputSpanTests {
  @Test("Texts and numbers stand one behind the other", arguments: [0, 1, 7, 16, 1000])
  func texts(count: Int) {
    let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var bytes: [UInt8] = [1, 2, 3]
    bytes.append(addingCapacity: 2 * count + 10) { output in
      output.append(text.span)
      Varint.append(UInt32(count), to: &output)
      output.append(text.span)
    }
    var expected: [UInt8] = [1, 2, 3] + text
    Varint.append(UInt64(count), to: &expected)
    #expect(bytes == expected + text)
  }

  @Test("A number takes the bytes that it takes elsewhere", arguments: (0..<32).map { UInt32(1) << UInt32($0) })
  func numbers(power: UInt32) {
    for number in [power - 1, power, power | 1, .max - power] {
      var (bytes, expected) = ([] as [UInt8], [] as [UInt8])
      bytes.append(addingCapacity: 5) { Varint.append(number, to: &$0) }
      Varint.append(UInt64(number), to: &expected)
      #expect(bytes == expected)
    }
  }
}
