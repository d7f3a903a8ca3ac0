import CSnappy

/// The snappy block format, the one compression of Remote Write. The framed format is another one and is refused.
///
/// Unsafe code here: the calls of the C library, which decompresses, and the room that ``SnappyCompressor`` fills.
public enum Snappy {
  /// Why bytes were not decompressed.
  public enum DecompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The length in front of the block is missing, longer than 32 bits, or larger than the block could make it.
    case malformedLength
    /// The block declares more bytes than the caller allows; nothing was allocated.
    case tooLarge(declared: Int, maximum: Int)
    /// The block does not follow the format, or does not have the declared length.
    case corrupt

    public var description: String {
      switch self {
      case .malformedLength: "the snappy block does not begin with a possible length"
      case .tooLarge(let declared, let maximum):
        "the snappy block declares \(declared) bytes, more than the \(maximum) allowed"
      case .corrupt: "the snappy block is corrupt"
      }
    }
  }

  /// How many bytes one compressed byte can stand for at most: a copy of 64 bytes takes three, and nothing is denser.
  static let expansionMax = 22

  /// Replaces `output` by the compressed form of `input` and keeps its memory.
  ///
  /// - Precondition: `input` is shorter than 4 GiB, the most that the format can declare.
  public static func compress(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) {
    precondition(input.count <= UInt32.max, "snappy blocks hold less than 4 GiB")
    compress([], input, into: &output)
  }

  /// Replaces `output` by one block of two pieces, the second behind the first, and keeps its memory.
  ///
  /// Each is compressed by itself, so that they need not be copied together: texts by four bytes, as many are short, and
  /// rows by six.
  ///
  /// - Precondition: both together are shorter than 4 GiB, the most that the format can declare.
  static func compress(_ texts: ArraySlice<UInt8>, _ rows: ArraySlice<UInt8>, into output: inout [UInt8]) {
    let total = texts.count + rows.count
    precondition(total <= UInt32.max, "snappy blocks hold less than 4 GiB")
    let room =
      SnappyCompressor.room(for: texts.count) + SnappyCompressor.room(for: rows.count) + WireWriter.slack
    output.removeAll(keepingCapacity: true)
    output.append(addingCapacity: room) { span in
      // The writer writes into the room alone, from its start to its position, and does not leave the call.
      unsafe span.withUnsafeMutableBufferPointer { target, count in
        var writer = unsafe WireWriter(UnsafeMutableRawBufferPointer(target), position: 0)
        writer.varint(UInt64(total))
        for (text, hashedBytes) in [(texts, 4), (rows, 6)] where !text.isEmpty {
          var compressor = SnappyCompressor(hashedBytes: hashedBytes)
          compressor.write(text.span, to: &writer)
        }
        count = writer.position
      }
    }
  }

  /// Replaces `output` by what `input` was made from and keeps its memory.
  ///
  /// - Parameter maximum: the most bytes that `input` may declare. It is checked before anything is allocated.
  public static func decompress(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], maximum: Int
  ) throws(DecompressionError) {
    output.removeAll(keepingCapacity: true)
    guard let declared = declaredLength(input) else { throw .malformedLength }
    if declared > maximum { throw .tooLarge(declared: declared, maximum: maximum) }
    if declared > input.count * expansionMax { throw .malformedLength }
    var isWhole = false
    output.append(addingCapacity: declared) { room in
      // The library writes at most `count` bytes, which the room has, and they count as bytes of the array only where
      // it says that it wrote all of them. So nobody need fill the room before.
      unsafe room.withUnsafeMutableBufferPointer { target, written in
        var count = declared
        let status = unsafe input.withUnsafeBytes { source in
          unsafe snappy_uncompress(
            source.baseAddress, source.count, UnsafeMutableRawPointer(target.baseAddress), &count)
        }
        isWhole = status == SNAPPY_OK && count == declared
        written = isWhole ? count : 0
      }
    }
    if !isWhole { throw .corrupt }
  }

  /// The length that a block declares, or nil if it does not begin with one. Nothing says yet that it is true.
  public static func declaredLength(_ input: ArraySlice<UInt8>) -> Int? {
    var length: UInt64 = 0
    for (index, byte) in input.prefix(5).enumerated() {
      length |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 { return length <= UInt32.max ? Int(length) : nil }
    }
    return nil
  }
}
